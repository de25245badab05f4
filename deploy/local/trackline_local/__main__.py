import sys

from trackline_local.cli import main

if __name__ == "__main__":
    sys.exit(main())
