package detect

// stopNames are capitalised words that are none of a name.
var stopNames = wordSet("president chairman chairwoman speaker minister judge officer sir madam sirs madame customer customers client clients team all everyone everybody colleague colleagues friend " +
	"friends user users world there folks support hiring manager managers damen herren kunde kundin kunden kundinnen kollegen " +
	"alle zusammen the a an your our this that it we you and or for please thank thanks from to of in on if i my welcome re " +
	"subject sent monday tuesday wednesday thursday friday saturday sunday january february march april june july august " +
	"september october november december tous toutes messieurs mesdames clienti cliente clientes todos equipo editor reader " +
	"readers students student parents sender recipient member members gopher gophers claude chatgpt assistant admin administrator " +
	"data name null none true false unknown test der die das le la les il lo el los las ein eine und et e y gpt ai api")

// firstNames are common ones of the languages of the vocabulary.
var firstNames = wordSet("james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony donald " +
	"steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric " +
	"jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler " +
	"aaron jose adam henry nathan douglas zachary peter kyle walter ethan jeremy harold keith christian roger noah gerald carl " +
	"terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce albert willie gabriel logan alan juan wayne roy " +
	"ralph randy eugene vincent russell elijah louis bobby philip johnny mary patricia jennifer linda elizabeth barbara susan " +
	"jessica sarah karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle carol amanda dorothy melissa " +
	"deborah stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha " +
	"katherine christine debra rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly " +
	"lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara madison frances " +
	"kathryn janice jean abigail alice julia judy sophia grace denise amber doris marilyn danielle beverly isabella theresa diana " +
	"natalie brittany charlotte marie kayla alexis lori jane jim bob tom mike dave steve chris nick sam ben max leo tim dan " +
	"hans jurgen karl wolfgang klaus uwe gunter bernd rainer dieter manfred helmut gerhard heinz werner horst frank jorg ralf stefan " +
	"andreas markus martin matthias sebastian tobias florian jan lukas felix jonas finn moritz anke ute sabine monika petra ursula " +
	"renate helga karin brigitte ingrid erika christa gisela elke claudia susanne gabriele heike silke katrin katja anja nadine " +
	"lena lea mia johanna sophie greta beat urs reto jurg ueli regula vreni pierre michel philippe alain nicolas christophe " +
	"laurent bernard julien olivier francois stephane frederic sebastien thierry antoine hugo lucas jules camille nathalie isabelle " +
	"sylvie valerie sandrine veronique celine aurelie elodie chloe manon giuseppe giovanni antonio mario luigi francesco angelo vincenzo " +
	"pietro salvatore carlo franco domenico bruno paolo marco giorgio luca alessandro matteo lorenzo davide simone andrea giulia chiara " +
	"francesca federica elena silvia paola valentina alessia martina giovanna rosa antonia manuel francisco javier carlos miguel " +
	"rafael pedro angel pablo sergio fernando jorge luis alberto alvaro diego adrian raul enrique ramon vicente ivan ruben oscar andres " +
	"carmen josefa isabel dolores pilar cristina lucia ana mercedes raquel paula alba irene rocio ines ali mohammed muhammad ahmed " +
	"fatima aisha omar wei li ming yuki hiroshi kenji ji min raj priya amit anil sunita ivan olga dmitri natalia anders lars nils erik " +
	"sven bjorn ingrid astrid kari ole piotr pawel tomasz krzysztof agnieszka katarzyna malgorzata ayse mehmet mustafa")
