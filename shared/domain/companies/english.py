"""Words that make a name an English phrase, so that "SA", "AB" or "Spa" after it may be a place or a word.

Hand-made from the names that collide with short legal forms: charities, public services, schools, sports, trades and
places of the English-speaking world, common first and last names, and words that brands are made of. A word that is
missing can join two names wrongly; one too many only keeps two spellings apart.
"""

ENGLISH = frozenset(
    """
a able about abrasive abrasives abu academic academics academy access accident accommodation accountants accounting
act action active actors adam addiction adelaide adhesive admin administration adoption adult adults adventure
adventures advertising advice advisers advisors advisory advocacy aero aerospace affairs affordable africa african age
aged ageing agency aging agri agricultural agriculture agronomy aid aids air airline airlines airport airports airways
alabama alan alaska albert alberta alert alex alexander alice allen alliance allied allies alpha alpine alumni
alzheimers amateur amazing amber ambulance america american americas amnesty amy analytics anchor andrew andrews angel
angela anglican anglicare animal animals ann anna anne annual anthony anti apartments apparel apple applied aqua
aquatic aquatics arab arabia archery architects architecture archives arden area arena argentina arizona arkansas arm
armstrong army arnold art arthritis artisan artist artists arts asia asian asphalt assembly asset assets assist
assistance associated associates association associations asthma astronomy athletic athletics atlanta atlantic
auckland auction audio audit aura aurora austin australia australian austria authority autism auto automation
automobile automotive avenue aviation award awards baby back badminton bahrain bakery ball ballet baltimore bamboo
band bangladesh bank bankers banking banks baptist bar barbara barn barnes base baseball basic basin basketball bath
battery bay bayside beach beacon bear bearing bearings beauty bed beef beer belfast belgium bell bella ben benefit
benjamin bennett benson bernstein berry best beta better beyond bicycle big bike bio biologicals biology bird birds
birmingham birth black blind blindness bliss block blood bloom blue board boat bob body bold bolivia bond bone book
books boston botswana boutique bowling bowls box boxing boy boyd boys boyss bradley brain branch brand brands brasil
brazil breast breeze breweries brewers brewery brian brick bridge bright brilliant brisbane bristol britain british
broadband broadcast broadcasting broker brokers brook bros brothers brow brown bruce brush buddhist budget build
builders building buildings bulgaria bureau burns bus buses bush business businesses butler butterfly buy cab cable
cadet cafe cake calgary california call callahan calm cambridge camp campus canada canadian canberra cancer canine
canoe capital car cardiac cardiff care career careers carers cargo caribbean carl carol carolina carpenter carpet
carroll cars cart carter casa case cash casino casting castle cat catering catholic cats cattle cell cells cellular
cement center centers central centre centres century ceramics cerebral certified chain challenge chamber champion
chance change channel chapel chapter charity charles charlotte charm charter chase cheetah chem chemical chemicals
chemistry chess chicago chief child childhood children childrens chile china chinese choice choir chris christchurch
christian christie christopher church churches cincinnati cinema circle circuit citizen citizens city civic civil
civilian clark classic classical clay clean cleaning clear clerk cleveland click client cliff climate clinic clinical
clinics clock cloud club clubs coach coaching coal coalition coast coastal coatings coconut code coffee cold cole
coleman collective college colleges colombia colony color colorado colour columbia columbus combat combined comfort
command commerce commercial commission commissioner common commons commonwealth communication communications
communities community companies company compass complete compliance computer computers computing concept concrete
condominium conference connect connected connecticut connection connections conservation conservative conservatory
construction consult consultants consulting consumer consumers container continental contract contractors control
cooking cool cooperative copper coral core corner corporate corps correctional corrections council councils counsel
counseling counselling counsellors country county court courts cove cover craft crawford creative credit creek crew
cricket crime criminal crisis critical croatia crop crops croquet cross crown crystal cuba cultural culture cunningham
custom customer customs cutting cycle cycling czech dairy daisy dakota dallas dame dance daniel dark darts darwin data
database dating david davis dawn day days dead deaf deal dealers dealership debate debt deep defence defense delaware
delivery delta dementia democratic democrats denmark dennis dental dentist dentistry dentists denver department depot
depression desert design designers designs detroit development developmental device dhabi diabetes diagnostic
diagnostics diamond dick diesel digital dining direct director directors disability disabled disaster discount
discovery disease display distillery distribution district dive diving division dixon doctor doctors dog dogs dollar
domain domestic dominican dominion donald donor door douglas down dragon drama dream dreams drive driver drivers
driving drone drones drug dry dubai dublin duke duncan dunn durban dutch eagle early earth east eastern easy eco
ecology economic economics ecuador edge edinburgh edmonton education educational educators edward effect egypt elder
elderly electric electrical electricity electronic electronics element elements elephant elite elizabeth ellen elliott
ellis embassy emergency emily emirates emma empire employee employees employer employers employment empower enable
endeavour energy engine engineer engineering engineers england english enterprise enterprises entertainment
environment environmental envy epilepsy epsilon equality equestrian equine equipment equity eric ernest escape
essential estate estates europe european event events every evolution exchange exclusive executive exhibition expert
experts explorer export express extra eye eyes fabrication fabrics face facial facilities factory faculty fair faith
falcon falls families family farm farmer farmers farming farms fashion fast fastener fasteners father federal
federation feed felix fellowship fencing ferguson ferry festival fiber field fields film films finance financial fine
finland fire first fish fisher fisheries fishing fit fitness five flag flash fleet flight flinders floor floors
florida flower flowers fly flying focus folk food foodbank foods foot football for force forces ford foreign forensic
forest forestry forests forever forge formula fort fortune forum foster foundation foundry four fox france franchise
frank frankfort fred frederick free freedom freeman freight french fresh freshwater fresno friend friends from front
frontier fruit fuel full fun fund funding funds funeral furniture fusion future futures gallery game games gaming
gamma garage garden gardens gardner gary gas gate gateway gay gear gem general generation generations genetic genetics
genomics george georgia german germany ghana giant gibson gift girl girls glasgow glass glen global globe glow go goal
gold golden golf good goods gordon government governor grace graduate graham grain grand grande grant graphic graphics
great greater greece greek green greene gregory greyhound grid grill grocery ground group groups grove grow grower
growers growing growth guard guide guides guild gulf gymnastics habitat hair haiti half halifax hall halo hamilton
hampshire hand handball hands hannah happy harbor harbour harbours hardware harmony harold harris harrison harry hart
harvest haven hawaii hawk head heads headspace healing health healthcare healthy hearing heart heat heating heaven
heavy helen helicopter help helping henderson henry hepatitis heritage hero hicks high higher highland highlands
highway hill hills hillside hindu historical history hobart hockey hog holding holdings holiday holidays holland
hollow holmes holy home homes honey honor hope horizon horse horses horticulture hospice hospital hospitalists
hospitality hospitals host hostel hosting hot hotel hotels hour house houses housing houston howard hub hudson hughes
human humana humane hungary hunt hunter hunting hurricane hydro ice iceland icon idaho idea ideal ideas identity
illinois image imaging immigration impact in inclusion income independent india indian indiana indigenous indigo
individual indonesia industrial industries industry infant infinite infinity information infrastructure initiative
injury inland inn innovate innovation innovations innovative insight inspire institute institutes institution
insurance integrated integrity intelligence interactive interior international internet invest investment investments
investors iota iowa iran iraq ireland irish iron irrigation islamic island islands israel italian italy ivy jack
jackson jade jamaica james jane japan japanese jasmine jason jazz jeff jenkins jennifer jeremy jerry jersey jesuit jet
jewelry jewish jim joan job jobs joe johannesburg john johns johnson join joint jones jordan joseph journal journey
joy judo juice julia junction junior jupiter justice kansas kappa karate karting kate keep kelley kelly ken kennedy
kentucky kenya kevin key kick kidney kids kind king kingdom kings kitchen kite knight know knowledge kohler korea
kroger kuwait lab labor laboratories laboratory labour labs lacrosse ladies lady lagoon lake lakes lakeside lamb
lambda land landing landscape landscaping lane language lanka larry laser lash last latin laundry laura lavender law
lawrence lawson lawyers lead leader leaders leadership league learn learning leather lebanese lebanon lee leeds legacy
legal legend leisure lending leo lethbridge level lewis lexington liberal liberty library life lifeline lifesaving
lifestyle light lighting lightning like lily lime limited linda line linen lines link lion lions liquid liquor lisa
list literacy little live liver liverpool livestock living loan loans local lock locksmith lodge logic logistics
london long look lord lords los lottery lotus louis louisiana louisville love loyal lucky lucy luke lunar lung
lutheran luxury machine machinery made magazine magic magnetic mail main maine maintenance make makers malaysia mall
management manager managers manchester manitoba manufacturers manufacturing map maple marathon marble margaret maria
marina marine maritime mark market marketing marketplace markets marriage mars marshall mart martial martin mary
maryland mason massachusetts massage master masters material materials math matter matthew matthews max maximum mayor
mcdonald meadow meals meat mechanical media mediation medical medicine medics melbourne member members memorial memory
memphis men mens mental merchant merchants mercury mercy mesh metal metals meteor methodist metro metropolitan mexican
mexico miami michael michigan micro middle midwest midwives might migrant migration mike mile military milk mill
miller mills mind minda mindful mine mineral minerals miners mines mining minister ministries ministry minnesota mint
mission mississippi missouri mist mister mitchell mix mobile mobility model modern moment monarch money montana moon
moore more morgan morning morris mortgage mosaic mother mothers motion motor motorcycle motoring motors motorsport
motorsports mountain mountains move movement movers moving mph multi multicultural multiple municipal murray muscle
muscular museum museums music musical muslim mutual my nail nails names namibia nancy nashville nathan nation national
nations native natural nature naval navigation navy nebraska needs neighborhood neighbourhood nelson neo nepal neptune
net netball netherlands network networks neural neuro neurology nevada new newcastle news newspaper next nexus
nicholas nigeria night nine noble nonprofit nordic north northeast northern northside northwest norton norway notary
nova novita now nuclear number nurse nursery nurses nursing nutrition oak oakland oaks oarsmen oasis obstetrics ocean
of off office officers offices offshore ohio oil oils oklahoma old olive oliver olympic olympics oman omega omicron on
oncology one online only ontario open opera operations operators optical optics optimum options optometry oral orange
orchard orchestra orchid oregon organ organic organics organisation organization orient oriental origin original
orlando orthodontics orthopaedic orthopedic osteopathic other ottawa our out outdoor outdoors outreach overseas owen
owensboro owl owners oxfam oxford oxygen pace pacific pack packaging paducah pain paint painting pairs pakistan palace
palliative palm palmer palsy pamela panama panda panel paper paradise paragon paraguay paralympic parent parents
parish park parker parking parkinsons parks parkside parliament partner partners partnership parts party pass passion
passport pastoral path pathology paths patricia patrick paul pay payment payments payne peace peak peanut pearl
pediatric pediatrics peer pension people peoples perfect performance perkins permanent perry person personal personnel
perth peru pest pet peter petroleum pets pharmacies pharmacist pharmacists pharmacy phenomenon phil philadelphia
philharmonic philip philippines phillips phoenix phone photo photography physical physicians physics physio
physiotherapy piano picture pierce pilates pilot pine pink pinnacle pioneer pipe pipeline pistol pitch pittsburgh
pizza place places plains plan planet planners planning plant plants plastic plastics plate platform platinum play
players plumbers plumbing plus pluto point poison poland polar police policy political polo pony pool pools poor pop
population port portal porter portland ports portugal position positive post postal potato poultry powell power
practice prairie precious precision preferred premier premium presbyterian preschool prescription press pressure
pretoria preventive price pride primary prime prince princess principals print printing prism prison private pro
probation process product production productions products professional professionals program programs project projects
promise promotion proof properties property prospect protect protection provincial psychiatric psychiatry
psychological psychologists psychology public publishers publishing pulse pump pure purple pursuit qatar quaker
quality quantum quarry quartz quebec queen queens queensland quest quick quiet quill rabbit race racing radiation
radio radiology radius rail railroad railway rain rainbow ranch range ranger rape rapid rare rating raven raw ray
reach read reading ready real realm realtors realty rebecca rebel recovery recreation recruitment recycling red
redwood reef referees reform refuge refugee refugees regina region regional registered registry rehab rehabilitation
relations relationships relax relay relief religious remote renal renewable reno rent rental rentals repair report
reptile republic republican rescue research reserve residential resolution resort resorts resource resources respect
response restaurant restaurants result retail retired retirement retreat return review revolution reward reynolds
rhino rhythm rice rich richard richmond ride rider riders ridge rifle right rights riley ring rise rising river rivers
riverside road roads robert roberts robertson robin robinson robot robotics rock rocket rodeo roger roller romania
ronald roof roofing room rose ross rotaract rotary round route row rowers rowing roy royal rubber ruby rugby run
runner runners running rural russell russia ruth ryan sacramento safari safe safety saga sage sail sailing sailors
saint saints sales salmon salon salt salvation salvos sam same samuel san sanctuary sanctum sand sanders sandra sarah
saskatchewan saskatoon satellite satin saturn saudi sauna save savers saving savings savvy scale school schools
science sciences scientific scope scotland scott scottish scout scouts screen sea seafood search season seattle second
secondary secret section secure securities security seed seeds senior seniors sense sensor sensors sentinel serbia
serene serenity series serve server servers service services settlement seven sexual shadow shanghai shape share
shared shark sharon sharp shaw sheep sheet sheffield shelter sheriff shift shine ship shipping ships shoe shoes
shooting shop shopping shops shore short show sick side sierra sight sigma sign signal signature signs silk silo
silver simmons simon simple simply simpson sims singapore single sir sister sisters six skate skateboarding skating
ski skill skills skin sky skylight slate sleep small smart smile smith smoke snap snooker snow snyder soccer social
society sofa soft softball software soil sola solar solicitors solid solution solutions sonic sophie sound source
south southeast southern southside southwest space spain spanish spark sparks speak special specialist specialists
specialty spectrum speech speed speedway spencer sphere spice spinal spine spiral spirit sport sporting sports spring
springs sprint square squash st stadium staff staffing stage standard standards stanley star stars start state
stateline states statewide station steam steel stellar stem step stephen stephens steve steven stevens stewart
stillwater stock stone storage store stores storm strategic strategies strategy stream street strength stride stroke
strong structural structures stuart student students studies studio studios style sub suburban success sue sugar
suicide suite sullivan summer summit sun sunrise sunset super superior supply support supreme surety surf surface
surfers surge surgeons surgery surgical surveyors survival susan sustainable swan sweden sweet swift swim swimming
swiss switch switzerland sydney symbol symphony syndrome synergy syria system systems table tackle tactical tailor
taiwan talent tampa tank target tasmania taste tax taxi taylor teacher teachers teaching team teams tech technical
technologies technology teen telecom telecommunications telephone telescope television temple tempo tennessee tennis
terminal terra territory terry test testing texas textile textiles thai thailand the theater theatre therapy thermal
theta think third thomas thoroughbred three thrive thunder ticket tide tiger tile tim timber time times tire titan to
today together tom tony tool tools top torch toronto torque total touch tour touring tourism tours tower town toy toys
track tractor tractors trade trademark traders trades trading traditional traffic trail trails train training trans
transfer transit translation transmission transport transportation trauma travel treasury treatment tree trees
triangle triathlon tribal tribe tribune tribute trident trinity triple triumph tropical truck trucking trucks true
trust trustees truth tube tucker tuition turf turkey turner turtle twin two uganda ukraine ultimate ultra umpires
under underwater unesco unicef union unions unisa unit unitarian united uniting unity universal universe university
upper upsilon uptown urban uruguay us used user utah utilities utility valley valor value van vancouver vantage vault
vector vegas vegetable vehicle vehicles velocity velvet venezuela venture ventures venue venus verdict vermont verse
vertex vessel veteran veterans veterinary victim victims victor victoria victory video vietnam view village vincent
vincents vine vineyard vineyards vintage virgin virginia virtual vision visit vista visual vital vitality vivid
vocational voice volleyball voluntary volunteer volunteering volunteers vortex vote voyage voyager wales walk walker
walking wall wallace walter wander war warehouse warren washington waste watch water waterfront waterways watkins
watson wave way wayne wealth wear weather weaver web webb wedding weed weight welding welfare well wellington wellness
wells west western whale wheat wheel wheelchair wheels whisper white whole wholesale wild wilderness wildlife william
williams willis wilson win wind window windows wine winery wines wing winnipeg winter wire wireless wisconsin wisdom
wolf woman women womens wonder wood woodland woods wool work worker workers workforce working works workshop world
worldwide worth wrestling wright write writers wyoming yacht yachting year yellow ymca yoga york young your youth ywca
zealand zebra zen zenith zero zinc zone zoo zoological zulu
""".split()
)
