"""Sentences that everybody knows, but the lists of passwords do not: from films, books, songs and proverbs, and rows of
numbers in words. Whatever their length, they are as easy to guess as a word of these lists. They are in small letters
without accents."""

KNOWN = tuple(
    """
    correcthorsebatterystaple ichliebedich thisismy mypassword thepassword myaccount ilovemy iamthebest
    letmein changeme donottouch nobodyknows trustnoone opensesame secretpassword
    maytheforcebewithyou lukeiamyourfather iamyourfather youshallnotpass winteriscoming tobeornottobe thatisthequestion
    onceuponatime inalandfarfaraway alongtimeago houstonwehaveaproblem illbeback hastalavista elementarymydearwatson
    thetruthisoutthere livelaughlove livelongandprosper beammeup resistanceisfutile onering myprecious
    lordoftherings harrypotter hogwarts gameofthrones startrek starwars spongebob thematrix followthewhiterabbit
    valarmorghulis iambatman iamironman iamgroot hakunamatata wubbalubbadubdub nevergonnagiveyouup wewillrockyou
    bohemianrhapsody dontworrybehappy letitbe letitgo alwayslookonthebright imagineallthepeople stairwaytoheaven
    carpediem cogitoergosum venividivici alleyesonme justdoit thinkdifferent yeswecan keepcalmandcarryon ingodwetrust
    thequickbrownfox jumpsoverthelazydog loremipsum dolorsitamet helloworld foobarbaz abracadabra supercalifragilistic
    allyourbasearebelongtous thecakeisalie theanswertolife praisethelord jesuslovesme godisgreat inthebeginning
    rosesarered violetsareblue twinkletwinklelittlestar happybirthdaytoyou merrychristmas
    practicemakesperfect timeismoney knowledgeispower homesweethome foreveryoung bestfriendsforever
    deadbeef cafebabe badcafe feedface deadc0de badc0ffee 31415926 27182818
    onetwothree fourfivesix seveneightnine einszweidrei vierfunf vierfuenf siebenachtneun undeuxtrois
    quatrecinqsix unodostres cuatrocinco unoduetre quattrocinque alphabravo charliedelta mondaytuesday montagdienstag
    januaryfebruary januarfebruar
    allemeineentchen alleguten dingesinddrei ohnefleisskeinpreis morgenstundhatgold einigkeitundrecht
    diewurdedesmenschen diewuerdedesmenschen einringsieknechten seinodernichtsein ichbineinberliner wirschaffendas
    heutescheintdiesonne hoppehoppereiter daswandernistdesmullers daswandernistdesmuellers stillenacht
    franzjagtimkomplettverwahrlostentaxi zwolfboxkampfer zwoelfboxkaempfer fischersfritze
    meinpasswort daspasswort passwortvergessen ichhabekeinpasswort keineahnung hallowelt liebesgrusse
    pulpfiction fightclub forrestgump backtothefuture jurassicpark breakingbad strangerthings squidgame slimshady
    fortnite callofduty leagueoflegends worldofwarcraft counterstrike grandtheftauto assassinscreed
    iphone promax galaxys hocuspocus simsalabim
    barackobama donaldtrump joebiden angelamerkel vladimirputin elonmusk taylorswift
    lyubovmorkov yatebyalyublyu spasibozavse sagapo kalimera
    jetaime monmotdepasse vivelafrance joyeuxnoel tequieromucho micontrasena hastalavictoria tiamo forzaitalia
    """.split()
)
