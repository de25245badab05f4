from trackline_cli import main

main()
