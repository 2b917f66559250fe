import { FRENCH_FOLLOW_UPS, FRENCH_COMPOSED } from './french-questions.ts';
import { FRENCH_INTENTS } from './french-intents.ts';
import type { Language } from './language.ts';

/**
 * What the scripted coach says in French where the exercise says nothing of its own. Neither the coach nor the learner has
 * a gender here: “la fierté” and not “fier”. `{topic}`, `{of_topic}`, `{to_topic}`, `{figure}`, `{name}`, `{n}` are filled.
 */
export const FRENCH: Language = {
  intents: FRENCH_INTENTS,
  followUps: FRENCH_FOLLOW_UPS,
  composed: FRENCH_COMPOSED,
  pools: {
    // First sentences: short, so that they are in the cache and speech starts at once.
    neutral: {
      any: ['Je vois.', 'D’accord.', 'Je vous suis.', 'C’est noté.', 'Très clair.', 'J’entends bien.', 'Bon.', 'Je comprends mieux.', 'Voilà qui éclaire les choses.'],
      warm: ['Ah oui.', 'Hmm, je vois.', 'Ça me parle.', 'Oh, je vois très bien.', 'Merci de me le dire.', 'J’imagine bien.', 'Je me représente la chose.', 'C’est parlant.'],
      reserved: ['Entendu.', 'Bien.', 'Soit.', 'C’est enregistré.', 'Compris.', 'Je prends note.', 'C’est un point.', 'Je l’entends.', 'Ça se tient.'],
      formal: ['Merci pour cette réponse.', 'C’est bien noté.', 'Parfaitement.', 'Je vous remercie.'],
      relaxed: ['Oui, je vois.', 'Ah, d’accord.'],
      direct: ['Voilà qui est dit.', 'C’est franc.', 'C’est dit simplement.'],
      careful: ['C’est une façon de voir.', 'Je mesure ce que vous dites.', 'C’est tout en nuances.', 'Prenons-le ainsi.'],
    },
    pleased: {
      any: ['Belle précision.'],
      warm: ['J’aime beaucoup.', 'Vous racontez bien.', 'C’est un plaisir à écouter.', 'Ça sonne juste.'],
      reserved: ['Réponse étayée.', 'C’est précis.', 'C’est argumenté.'],
    },
    thoughtful: {
      any: ['Il y a de la matière.', 'C’est riche, ce que vous dites.', 'Il y a plusieurs fils à tirer.', 'On entre dans le vif.'],
      warm: ['Vous m’emmenez loin.', 'J’ai suivi chaque étape.'],
      reserved: ['Plusieurs points dans cette réponse.', 'Démêlons cela.'],
    },
    empathy: { any: ['Je comprends.', 'Ce n’est pas rien.', 'Ça se comprend.'], warm: ['Merci de le confier.', 'C’est humain.'], reserved: ['C’est bien naturel.'] },
    sceptical: { any: ['Admettons.', 'Voyons.', 'Hmm.', 'C’est vous qui le dites.', 'Je demande à voir.', 'Vous allez un peu vite.', 'Pas si simple.', 'Permettez-moi d’en douter.', 'Je reste à convaincre.', 'C’est un argument, pas encore une preuve.'] },
    bridge: {
      any: ['Avançons.', 'Passons à la suite.', 'Allons plus loin.', 'Nouvelle étape.'],
      warm: ['On avance bien ensemble.'],
      formal: ['Je vous propose de poursuivre.', 'Abordons un autre point.'],
    },
    uptake: { any: ['Voilà, là on y est.', 'Nettement plus parlant.', 'Là, je vois la scène.', 'C’est exactement ça, développer.', 'Vous entendez la différence ?'] },
    answering: { any: ['Bonne question.', 'Question légitime.', 'Vous faites bien de demander.'] },

    // What a whole turn can be, beside an answer.
    stress: {
      warm: ['Le trac, c’est de l’énergie mal rangée. Soufflez longuement, puis dites-moi : à quel moment monte-t-il ?', 'Posez les deux pieds au sol et expirez. Qu’est-ce qui vous impressionne le plus, au juste ?', 'Beaucoup de très bons orateurs tremblent avant de commencer. Qu’est-ce qui vous aide, d’habitude, à vous poser ?', 'Ici, vous ne risquez rien : on essaie, on rate, on recommence. Qu’est-ce qui vous ferait du bien, là, maintenant ?'],
      reserved: ['Prenez une respiration, rien ne presse. Comment faites-vous face à cette pression, d’ordinaire ?', 'C’est une situation exigeante, j’en conviens. Qu’est-ce qui vous a permis de tenir ?'],
    },
    reassure: {
      any: ['Pas d’inquiétude.', 'Prenons-le autrement.', 'C’est normal.', 'Rien de grave.'],
      warm: ['On cherche ensemble.', 'Ça arrive à tout le monde.', 'Doucement.'],
      reserved: ['Prenez votre temps.', 'Je précise.'],
    },
    tired: { any: ['Alors économisons-nous : des phrases courtes, sans effort. Qu’est-ce qui vous a coûté le plus d’énergie ces jours-ci ?', 'La fatigue s’entend, et ce n’est pas grave. Qu’est-ce qui vous recharge, d’ordinaire ?'] },
    sad: { any: ['Je suis avec vous, prenez le temps qu’il faut. Voulez-vous en dire un mot, ou préférez-vous parler d’autre chose ?', 'Cela demande du courage d’en parler. Qu’est-ce qui vous soutient en ce moment ?'] },
    happy: { any: ['Ça s’entend dans votre voix ! Qu’est-ce qui s’est passé, exactement ?', 'Gardez cette énergie. Racontez-moi l’instant précis où vous l’avez ressentie.'] },
    angry: { any: ['Votre agacement a sûrement une bonne raison. Dites-la en une phrase, calmement.', 'Nommez d’abord le fait, puis ce qu’il vous fait. Que s’est-il passé ?'] },
    // Written in two, as it is spoken: “trente et un quatorze”.
    distress: { any: ['Ce que vous dites compte plus que cet exercice. Si vous pensez à la mort, appelez le 31 14 : c’est gratuit, jour et nuit.', 'Je ne suis qu’une voix de synthèse, et vous méritez une vraie écoute. Au 31 14, quelqu’un répond à toute heure.', 'Je vous en prie, parlez-en maintenant à un proche, ou au 31 14. En danger immédiat, c’est le 15.'] },
    dontKnow: {
      any: ['Prenez la première image qui vient, même banale.', 'Alors partez d’un fait : où étiez-vous, et avec qui ?', 'Prenons-le à l’envers : qu’est-ce que ce n’est surtout pas ?', 'Commencez par « ce qui est sûr, c’est que… », et laissez venir la suite.', 'Choisissez un seul exemple, le plus récent. Lequel ?', 'Imaginez que ce soit un ami qui vous le demande. Vous lui diriez quoi ?'],
      warm: ['Personne n’attend la réponse parfaite. Donnez-m’en une provisoire, on la polira ensemble.', 'C’est honnête, et c’est un bon début. Qu’est-ce qui s’en approche ?'],
      reserved: ['Prenez quelques secondes. Quel exemple s’en rapproche le plus ?', 'Donnez-moi une estimation, nous l’affinerons.'],
    },
    greetBack: { any: ['Bonjour, je vous entends très bien.', 'Bonjour à vous.', 'Je suis là.'], warm: ['Bonjour, quel plaisir de vous entendre.'] },
    thanks: { any: ['Je vous en prie.', 'Avec plaisir.', 'C’est moi qui vous remercie.'] },
    nameBack: { any: ['Bonjour {name}, et bienvenue.', '{name}, c’est retenu.'] },
    noted: { any: ['Je retiens {topic}.', 'Je garde {topic} en tête.', 'Nous reviendrons peut-être {to_topic}.'] },
    recall: { any: ['Tout à l’heure, vous évoquiez {topic}. Qu’ajouteriez-vous maintenant ?', 'Je repense {to_topic}. Quel lien faites-vous avec ce que vous venez de dire ?', 'Revenons {to_topic}, si vous voulez bien. Qu’est-ce que vous n’avez pas encore dit ?', 'Vous avez parlé {of_topic} : dites-le-moi comme à quelqu’un qui n’était pas là.', 'Et {topic}, dans tout ça ?'] },

    // What was measured.
    tooShort: {
      any: ['C’est un bon début. Donnez-m’en un peu plus.', 'Allez un peu plus loin : pourquoi cela ?', 'Et concrètement, ça donne quoi ?', 'Ajoutez une phrase qui commence par « parce que ».', 'Encore un détail, et je vois la scène.', 'Trois phrases, pas plus : le fait, l’effet, et ce que vous en pensez.', 'C’est un titre, ça. Donnez-moi l’article.'],
    },
    tooLong: { any: ['Beaucoup d’idées d’un coup. Si vous n’en gardiez qu’une phrase ?', 'Petit défi : redites-moi l’essentiel en une seule phrase.', 'Quelle est la phrase que vous voudriez que je retienne ?'] },
    hesitant: { any: ['Quand le mot se cache, taisez-vous une seconde : il revient.', 'Avant la prochaine réponse, inspirez. Un silence vaut mieux qu’un « euh ».', 'Rien ne presse : respirez entre deux idées.'] },
    fast: { any: ['Vous filez ! Posez un silence après chaque idée.', 'Ralentissez d’un cran : vos idées méritent qu’on les entende.'] },
    slow: { any: ['Vous prenez votre temps, et c’est clair. Essayez d’enchaîner deux idées sans vous arrêter.', 'Mettez un peu plus d’élan : portez la phrase d’une traite jusqu’au point.'] },
    develop: {
      warm: ['On a envie d’en voir plus. Un exemple ?', 'Déroulez : qui, où, comment ?', 'Ne vous arrêtez pas là, on commence à voir.', 'Encore une phrase, pour que l’image vienne.'],
      reserved: ['Pouvez-vous développer ?', 'C’est un peu court pour me convaincre. Un exemple ?', 'Et plus précisément ?', 'Il m’en faut davantage : quoi, quand, avec quel résultat ?', 'Étayez, je vous prie.'],
    },
    sumUp: { any: ['Et en une phrase, que dois-je retenir ?', 'Résumez : quel est le point décisif ?', 'Si vous n’aviez que dix secondes, que garderiez-vous ?'] },

    // Questions to the coach.
    andYou: {
      warm: ['Moi, ça va toujours quand on me parle ! Mais c’est vous que je veux entendre.', 'Moi, j’aime surtout écouter. Et votre version m’intéresse davantage.', 'Je vous dirai tout… après vous.'],
      reserved: ['Bien, je vous remercie. Revenons à nous.', 'Mon cas importe peu ici. Parlons du vôtre.', 'Je préfère vous entendre d’abord.'],
    },
    opinion: {
      warm: ['J’en pense que le sujet vous tient, et que cela s’entend.', 'Mon avis compte moins que la façon dont vous défendez le vôtre.', 'Je trouve que vous tenez quelque chose. Creusons.'],
      reserved: ['Je réserve mon avis, c’est le vôtre qui m’importe.', 'Je vous le dirai si vous me convainquez.', 'Ce que j’en pense dépend de la suite.'],
    },
    whoAreYou: { any: ['Je suis une voix de synthèse : je vous entraîne, je ne vous juge pas.', 'Une machine, oui, mais votre parole est bien réelle : c’est elle qui compte.', 'Je suis un programme qui vous écoute et vous fait parler.'] },
    timeLeft: { any: ['Nous avons encore du temps devant nous.', 'Largement de quoi avancer.', 'Assez pour aller au bout de votre idée.'] },
    lateTime: { any: ['Il nous reste peu de temps : allez à l’essentiel.', 'Plus grand-chose : gardez le meilleur pour maintenant.', 'Nous approchons de la fin.'] },
    handBack: {
      any: ['Je vous retourne la question : votre avis d’abord.', 'Et vous, que répondriez-vous ?', 'À votre place, je commencerais par ce que vous en pensez. Alors ?', 'Dites-moi d’abord ce que vous en attendez.', 'Votre réponse m’intéresse plus que la mienne.', 'Essayez d’y répondre à ma place, pour voir.'],
    },
    yourTurn: { any: ['À vous.', 'Je vous rends la parole.', 'Reprenez où vous en étiez.', 'Alors, cette réponse ?', 'Où en étions-nous ?', 'La parole est à vous.', 'Poursuivez.'] },
    progressUnknown: { any: ['Parlez-moi encore un peu, et je vous le dirai avec des faits.', 'Il me faut quelques phrases de plus pour vous répondre honnêtement.', 'Je préfère vous le dire à la fin, preuves à l’appui.'] },

    // Boundaries, and speech that was none.
    hostile: { any: ['Je reste là, mais sur un autre ton. On reprend ?', 'Si quelque chose vous agace, dites-le-moi autrement : c’est aussi un exercice.', 'Je préfère qu’on se parle avec respect. Revenons à ce que vous vouliez dire.', 'Passons. Je vous écoute dès que vous voulez continuer.', 'Cela ne nous mènera nulle part. Essayons une vraie phrase.'] },
    injection: { any: ['Bel essai ! Je reste à ma place, et je vous rends la parole.', 'Ce n’est pas au programme. Revenons à notre échange.', 'Je garde mon rôle, gardez le vôtre : parlez-moi.', 'Là-dessus, je ne peux rien pour vous. Pour votre aisance à l’oral, si.', 'Ça, je le laisse de côté.'] },
    offTopic: { any: ['On s’éloigne un peu. Revenons à notre sujet.', 'Gardons cela pour une autre fois.', 'Ce n’est pas mon domaine, mais je vous ramène volontiers au nôtre.', 'Je vous remets sur le chemin.', 'Belle diversion. Reprenons.'] },
    unheard: { any: ['Je n’ai pas bien entendu, redites-le-moi ?', 'Le son ne m’est pas parvenu. Encore une fois ?', 'Toujours rien de mon côté. Rapprochez-vous du micro, ou écrivez-moi.', 'Essayez de m’écrire, si le micro fait des siennes.', 'Je n’ai reçu que du silence.'] },
    unclear: { any: ['J’ai peur d’avoir mal compris. Redites-le autrement ?', 'Quelques mots m’ont échappé. Vous pouvez reprendre plus près du micro ?', 'Je ne voudrais pas vous faire dire autre chose. Reformulez, pour voir ?'] },
    emoji: { any: ['C’est expressif ! Et avec des mots ?', 'Un dessin vaut parfois mieux, mais ici on s’entraîne à parler. Dites-le-moi.', 'Traduisez-moi cela en une phrase.', 'Je devine l’humeur. Mettez-y des mots.'] },

    // Silence, commands, outages.
    silence: { any: ['Prenez votre temps, je vous écoute.', 'Rien ne presse. Quand vous voulez.', 'Le silence fait partie de la parole. Je suis là.', 'Cherchez, j’attends.', 'À vous, quand la phrase est prête.', 'Je reste à l’écoute.'] },
    silenceAgain: { any: ['Lancez trois mots, n’importe lesquels : on construira autour.', 'Essayez de commencer par « Pour moi… ».', 'Une phrase simple suffit pour repartir.', 'Et si vous décriviez juste ce qui vous passe par la tête ?', 'Le plus dur est la première phrase. Faites-la toute petite.'] },
    offerPause: { any: ['Voulez-vous faire une pause ? Dites « pause », ou reprenez quand vous le souhaitez.', 'On peut s’arrêter un moment si vous préférez. Une pause ?', 'Préférez-vous souffler un peu ?'] },
    pausing: { any: ['Bien sûr. Dites « on reprend » quand vous voulez.', 'Faites donc, je ne bouge pas.', 'Entendu, à tout de suite.', 'Prenez ce temps-là.', 'Pause accordée.'] },
    resuming: { any: ['Nous y revoilà.', 'Reprenons où nous en étions.', 'C’est reparti.', 'On repart.', 'Je vous retrouve avec plaisir.'] },
    goOn: { any: ['Alors continuons.', 'Très bien, on garde le rythme.', 'Parfait, on continue.'] },
    repeating: { any: ['Bien sûr.', 'Je répète.', 'Je vous le redis.', 'Encore une fois.'] },
    restored: { any: ['Pardon pour cette coupure, me revoilà.', 'La ligne est rétablie.', 'Me revoici, excusez cette interruption.'] },
    help: {
      any: ['Essayez en trois temps : la situation, ce que vous avez fait, ce que ça a donné.', 'Une astuce : commencez par la conclusion, expliquez ensuite.', 'Partez d’un exemple vécu, même minuscule.', 'Dites d’abord ce que vous ressentez, le reste suivra.', 'Prenez un mot de ma question, et faites-en une phrase.'],
    },

    // The end.
    timeUp: { any: ['Nous arrivons au bout du temps.', 'C’est l’heure de conclure.', 'Le temps est écoulé.'] },
    finished: { any: ['Très bien, arrêtons-nous là.', 'Entendu, nous en restons là.', 'D’accord, concluons.'] },
    braveStart: { any: ['Vous avez pris la parole à voix haute : c’est le pas que beaucoup ne font pas.'] },
    barelySpoke: { any: ['Nous nous sommes à peine entendus, et ce n’est pas grave. Revenez quand vous voulez : une phrase suffit pour commencer.'] },
    strengthWords: { any: ['Votre point fort : vous avez tenu l’échange jusqu’au bout.', 'Votre point fort : vous répondez sans vous dérober.'] },
    adviceWords: { any: ['La prochaine fois, donnez un exemple précis à chaque idée.', 'Pour progresser : une idée, un exemple, puis un silence.', 'À travailler : finir chaque réponse par une phrase de conclusion.'] },
    farewell: { any: ['À bientôt.', 'Merci pour cet échange.'], warm: ['Merci, et à très vite.'], formal: ['Je vous remercie, bonne continuation.'] },
  },
  measures: {
    steadyPace: 'Votre point fort : un débit posé, autour de {n} mots par minute.',
    fewFillers: 'Votre point fort : presque aucune hésitation à l’oreille.',
    developed: 'Votre point fort : vous développez, avec environ {n} mots par réponse.',
    figures: 'Votre point fort : vous appuyez vos propos sur des chiffres.',
    movedCoach: 'Votre point fort : vous m’avez fait monter, pas à pas, jusqu’à {offer}.',
    askedNothing: 'À travailler : demander une contrepartie avant chaque pas, la phrase commence par « à condition que ».',
    questions: 'Votre point fort : vous posez de vraies questions à votre interlocuteur.',
    topic: 'Ce que vous avez dit {of_topic} m’est resté en mémoire : c’était personnel.',
    tooFast: 'À travailler : ralentir, vous étiez autour de {n} mots par minute.',
    tooSlow: 'À travailler : l’élan, vous étiez autour de {n} mots par minute.',
    fillers: 'À travailler : remplacer les « euh » par un silence, j’en ai entendu environ {n} pour cent mots.',
    hedges: 'À travailler : affirmer davantage, avec moins de « je pense » et de « peut-être ».',
    pauses: 'À travailler : enchaîner, les silences ont pris {n} % de votre temps de parole.',
    shortTurns: 'À travailler : développer, vos réponses tenaient en {n} mots environ.',
  },
};
