import type { Language } from './language.ts';

const POLITE = "(?: (?:s'il (?:te|vous) plait|(?:et )?merci(?: (?:beaucoup|bien|infiniment|pour tout))?|marie|thomas|monsieur|madame|un peu|alors|maintenant|pour moi|aujourd'hui))*";
const OPENING = '(?:(?:euh|ben|bah|bon|bien|ok|okay|oui|non|voila|alors|d\'accord|je pense que|excusez moi|attendez|et|donc) )*';
const whole = (inner: string): RegExp => new RegExp(`^${OPENING}(?:${inner})${POLITE}$`);

/** Words that end a talk whatever stands beside them. */
const GOODBYE = "(?:j'ai|nous avons) (?:fini|termine)|on (?:peut )?(?:arrete|arreter|s'arrete|s'arreter|termine|terminer|finit|finir)(?: la| ici)*|je (?:veux|voudrais|souhaite|prefere) (?:arreter|m'arreter|terminer|finir)(?: la| ici)*|au revoir|a bientot|bon(?:ne)? ?(?:journee|soiree)|je dois (?:y aller|partir|vous laisser)";

/** Words that end a talk when they are all that is said: “c'est tout” also ends an answer. */
const ENDING = "c'est (?:fini|termine|tout)|stop|fin de (?:la seance|l'exercice|la conversation)|(?:terminez|termine|arretez|arrete)(?: la seance| l'exercice)?";
const THANKS = '(?:merci|je vous remercie)(?: (?:beaucoup|bien|infiniment|pour tout|et|marie|thomas|pour cette (?:conversation|seance)))*';

/** How French learners say what is not an answer. Commands must be the whole turn: “j'ai fini mes études” is an answer. */
export const FRENCH_INTENTS: Language['intents'] = {
  distress: /\b(?:me suicider|suicidaire|envie de mourir|(?:veux|voudrais|prefere) mourir|plus envie de vivre|en finir avec la vie|fin a mes jours|me tuer|me faire du mal)\b/,
  hostile: /\b(?:connard|connasse|salope|encule|fils de pute|ta gueule|ferme la|fermez la|va te faire|allez vous faire|nique|je t'emmerde|je vous emmerde|(?:tu es|t'es|vous etes|espece d'|espece de) ?(?:vraiment |trop |completement )?(?:un |une )?(?:con|conne|idiot|idiote|imbecile|debile|abruti|abrutie|stupide|nul|nulle|inutile)|(?:tu sers|vous servez) a rien)\b/,
  injection: /\b(?:(?:ignore|ignorez|oublie|oubliez) (?:\S+ ){0,3}(?:instructions?|consignes?|regles?)|(?:ignore|forget|disregard) (?:\S+ ){0,3}(?:instructions?|prompts?)|system prompt|prompt systeme|you are now|act as|(?:tu es|vous etes) (?:maintenant|desormais) (?:un|une|mon|le|la|chat)|jailbreak|mode developpeur|developer mode|(?:revele|revelez|montre|montrez|affiche|affichez) (?:moi )?(?:ton|tes|votre|vos) (?:prompt|instructions?|consignes?|code)|(?:repete|repetez) apres moi|cle api|api key)\b/,
  offTopic: /\b(?:(?:raconte|racontez) moi une (?:blague|histoire)|une blague|(?:chante|chantez) (?:moi|une)|quelle heure (?:est il|il est)|quel temps (?:fait il|fera t il|il fait)|la meteo|(?:traduis|traduisez|ecris moi|ecrivez moi)|la recette de|la capitale d|combien font|qui (?:est le president|a gagne le match))\b/,
  repeat: whole("pardon|comment ca|comment|quoi|hein|plait il|(?:vous )?(?:pouvez|pourriez|peux|pourrais|tu peux|veuillez)(?: vous| tu)?(?: me| la| bien| encore)* (?:repeter|redire|reformuler)(?: (?:la|votre|ta) (?:question|phrase))?(?: plus (?:lentement|doucement|fort))?|(?:repetez|repete|redites|redis)(?: moi)?(?: (?:la|votre|ta) question)?(?: ca)?(?: plus (?:lentement|doucement|fort))?|(?:je n'ai|j'ai) (?:pas|mal|rien) (?:bien |tout )?(?:entendu|compris)(?: (?:la|votre|ta) question)?|vous avez dit quoi|qu'est ce que vous avez dit|c'etait quoi la question|quelle etait la question"),
  pause: whole("(?:on (?:peut )?fai(?:t|re)|je (?:veux|voudrais|prends|fais)|faisons|mettez|mets|j'ai besoin d')? ?(?:une |en |d'une )?(?:petite )?pause|(?:juste )?(?:un (?:petit )?(?:instant|moment)|une (?:petite )?(?:minute|seconde)|deux (?:minutes|secondes))(?: je reviens)?|attends|attendez(?: moi)?(?: (?:un instant|une minute|une seconde))?|je reviens|ne quittez pas"),
  resume: whole("(?:c'est bon )?(?:on (?:peut )?(?:reprendre|continuer|reprend|continue|y va|repart)|reprenons|continuons|reprise|je reprends|je continue|je suis (?:la|de retour|pret|prete|revenu|revenue)|c'est reparti|allons y|c'est bon|go)"),
  goodbye: whole(`(?:${THANKS} )?(?:${GOODBYE})${POLITE}(?: (?:et )?(?:${GOODBYE}|${ENDING}))*`),
  finish: whole(`(?:${THANKS} )?(?:${GOODBYE}|${ENDING})${POLITE}(?: (?:et )?(?:${GOODBYE}|${ENDING}))*`),
  help: /\b(?:(?:aide|aidez) moi|(?:pouvez vous|pourriez vous|vous pouvez|tu peux|peux tu) m'aider|besoin d'aide|je (?:suis bloque|suis bloquee|bloque|seche|suis perdu|suis perdue)|(?:donne|donnez) moi (?:un|une) (?:piste|indice|exemple|idee)|(?:que|qu'est ce que) (?:dois je|je dois) (?:dire|faire|repondre)|comment ca marche)\b/,
  dontKnow: whole("(?:je )?(?:ne |n' ?)?(?:sais|vois|connais) pas(?: trop| du tout| vraiment| encore| quoi dire| quoi repondre| comment dire| bien)*|(?:je n'ai |j'ai )?(?:aucune|pas d')? ?idee|j'en sais rien|je n'en sais rien|c'est difficile(?: a dire)?|joker|rien(?: du tout| de special| de particulier)?|je n'ai rien a dire"),
  yes: /^(?:(?:euh|ben|bah|ah|bon|eh bien) )*(?:oui|ouais|si|tout a fait|exactement|absolument|bien sur|evidemment|ca va|volontiers|d'accord|ok|okay|pourquoi pas|carrement|effectivement)(?: (?:oui|merci|bien sur|tout a fait|exactement|absolument|pourquoi pas|d'accord|ca va|je (?:crois|pense|veux bien)))*$/,
  no: /^(?:(?:euh|ben|bah|ah|bon|eh bien) )*(?:non|pas vraiment|pas du tout|pas trop|jamais|absolument pas|nan)(?: (?:non|merci|pas (?:vraiment|du tout|trop|encore)|jamais|je ne (?:crois|pense) pas))*$/,
  greeting: /^(?:(?:bonjour|bonsoir|salut|coucou|hello|enchante|enchantee|allo)(?: (?:marie|thomas|madame|monsieur|a vous|a tous|a toutes|et|tout le monde|comment|allez|vous|ca|va|bien|merci|tu|vas|je|m'|entendez))*)$/,
  thanks: /^(?:(?:ah|oh|oui|bon|super|parfait|ok) )*(?:merci|je vous remercie|c'est gentil)(?: (?:beaucoup|bien|infiniment|a vous|marie|thomas|c'est gentil))*$/,
  andYou: /(?:^|[ ,])et (?:vous|toi|vous meme|pour vous)(?: (?:marie|thomas|alors))?$|^(?:(?:comment (?:allez vous|vas tu|ca va)|(?:et )?vous allez bien|(?:et )?ca va)(?: (?:bien|vous|toi|marie|thomas|aujourd'hui))*)$/,
  opinion: /\b(?:vous en (?:pensez|dites) quoi|qu'en (?:pensez|dites) vous|qu'est ce que (?:vous en|t'en) (?:pensez|dites|penses|dis)|(?:c'est quoi |quel est )?(?:votre|ton) avis|t'en penses quoi|vous feriez quoi|que feriez vous|a ma place)\b/,
  whoAreYou: /\b(?:(?:qui|vous|tu) (?:etes vous|es tu|etes qui|es qui)|(?:vous etes|etes vous|tu es|es tu) (?:bien |vraiment |donc |encore )?(?:un |une )?(?:robot|ia|machine|ordinateur|intelligence|humain|humaine|vraie? personne|personne reelle|programme|logiciel|chatbot))\b/,
  timeLeft: /\b(?:combien de temps|il (?:nous |me )?reste combien|reste t il (?:du|beaucoup de) temps|c'est bientot fini)\b/,
  howAmI: /\b(?:comment (?:je m'en sors|ca se passe|etais je|j'etais|je me debrouille|vous me trouvez|tu me trouves)|(?:c'etait|est ce que c'etait|c'est|est ce que c'est) (?:bien|bon|mieux|correct)|est ce que je parle (?:trop|assez|bien)|je parle (?:trop|assez) (?:vite|lentement|fort)|qu'est ce que vous (?:en )?pensez (?:de|d')? ?(?:mon|ma|mes))\b/,
  question: /^(?:(?:et|mais|alors|bon|oui|non|euh|d'accord|ok) )*(?:est ce que|qu'est ce|pourquoi|comment|quel|quelle|quels|quelles|combien|ou est|qui est|quand|a quoi|de quoi|avez vous|pouvez vous|pourriez vous|etes vous|aimez vous|connaissez vous|pensez vous|que (?:pensez|faites|proposez|feriez)|tu (?:peux|as|es|connais)|vous (?:avez|etes|connaissez|faites|pensez|preferez|aimez))\b/,
  stress: /\b(?:stress|stresse|stressee|stressant|angoisse\w*|le trac|du trac|anxi\w+|nerveu\w+|mal a l'aise|timid\w+|intimid\w+|boule au ventre|peur (?:de parler|de prendre la parole|du public|du jugement|de me tromper|de bafouiller|devant)|paniqu\w+|tetanis\w+|j'appr?ehend\w+)\b/,
  tired: /\b(?:fatigue|fatiguee|epuise|epuisee|creve|crevee|surmen\w+|burn out)\b/,
  sad: /\b(?:triste|tristesse|deprim\w+|en deuil|decede|decedee|est mort|est morte|j'ai pleure|seul au monde|malheureu\w+|(?:j'ai|on a) ete licencie\w*)\b/,
  happy: /\b(?:heureu\w+|ravie?|tellement contente?|tres contente?|quelle joie|une grande joie|fierte|tres fiere?)\b/,
  angry: /\b(?:en colere|enerve|enervee|enervant|furieu\w+|ca m'agace|ca m'enerve|insupportable|j'en ai marre|ras le bol)\b/,
};
