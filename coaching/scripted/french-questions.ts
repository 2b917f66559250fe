import type { Language } from './language.ts';

/**
 * Questions around the learner's own words. A topic may be plural (“vos collègues”) or feminine: it is never a subject, and
 * no adjective agrees with it.
 */
export const FRENCH_FOLLOW_UPS: Language['followUps'] = {
  coach: {
    thing: [
      'Restons un instant sur {topic}. Qu’est-ce qui vous vient en premier ?',
      'Parlez-moi {of_topic} : quel détail les autres ne voient-ils pas ?',
      '{topic} : comment cette histoire a-t-elle commencé ?',
      'Si je pouvais voir {topic}, qu’est-ce qui me frapperait d’abord ?',
      'Qu’est-ce qui vous plaît dans {topic} ? Et qu’est-ce qui vous agace un peu ?',
      'Racontez-moi un moment précis lié {to_topic}.',
      'Comment décririez-vous {topic}, en trois mots ?',
      'Qu’est-ce que vous aimeriez que l’on comprenne au sujet {of_topic} ?',
      'Et {topic}, qu’est-ce que ça dit de vous ?',
      'Quelle a été votre plus grande surprise avec {topic} ?',
      'Vous parlez {of_topic} : quelle image vous vient ?',
    ],
    activity: [
      '{topic} : qu’est-ce que ça vous apporte ?',
      'D’où vous vient cette envie {of_topic} ?',
      'Que ressentez-vous, juste au moment {of_topic} ?',
      'Et si vous deviez donner à quelqu’un le goût {of_topic}, par quoi commenceriez-vous ?',
      'Qu’est-ce que {topic} vous a appris sur vous ?',
    ],
    name: [
      'Vous citez {topic}. Que faudrait-il que j’en sache ?',
      'Quel souvenir associez-vous {to_topic} ?',
      'Quand vous dites « {topic} », à quoi pensez-vous aussitôt ?',
    ],
    figure: [
      '{figure} : c’est beaucoup ou c’est peu, à vos yeux ?',
      'Vous donnez un chiffre, {figure}. Qu’est-ce qu’il change pour vous, au quotidien ?',
      '{figure}, c’est concret. Quelle histoire y a-t-il derrière ?',
    ],
    yes: ['Oui, et qu’est-ce qui vous le fait dire ?', 'Donnez-moi une raison, la première qui vient.', 'Illustrez ce oui : un exemple, un seul.', 'Dans quel cas diriez-vous non ?', 'Prolongez : oui, parce que…'],
    no: ['Qu’est-ce qui vous retient ?', 'Que faudrait-il changer pour que ce soit oui ?', 'J’entends ce non. Qu’est-ce qui serait plus juste ?', 'Dites-moi pourquoi, en une phrase.', 'Prolongez : non, parce que…'],
  },
  interviewer: {
    thing: [
      'Revenons {to_topic} : qu’avez-vous fait, vous, précisément ?',
      'Vous parlez {of_topic}. Quel exemple avez-vous en tête ?',
      'Si j’interrogeais vos collègues au sujet {of_topic}, que me diraient-ils ?',
      'Pourquoi me parler {of_topic} plutôt que d’autre chose ?',
      'Et {topic}, qu’est-ce que cela vous a appris ?',
      'Avec le recul, que diriez-vous {of_topic} ?',
      'Qu’est-ce qui vous a résisté, avec {topic} ?',
      'En quoi {topic}, est-ce un atout pour ce poste ?',
    ],
    activity: [
      '{topic}, dites-vous : donnez-moi une situation récente.',
      'Qu’est-ce qui prouve que vous savez {topic} ?',
      'Comment avez-vous appris à {topic} ?',
    ],
    name: [
      'Vous mentionnez {topic}. Que dois-je en retenir dans votre parcours ?',
      'Qu’avez-vous vu ou appris là, avec {topic} ?',
    ],
    figure: [
      '{figure} : comment l’avez-vous mesuré ?',
      '{figure}, par rapport à quoi ?',
      'Dans ce chiffre, {figure}, quelle part vous revient ?',
    ],
    yes: ['Illustrez-le, je vous prie.', 'Oui, et sur quel fait vous appuyez-vous ?', 'Dans quelle situation l’avez-vous montré ?', 'Un oui, très bien. L’exemple, à présent.'],
    no: ['Pour quelle raison ?', 'Non, soit. Quelle expérience s’en approche ?', 'Et comment comptez-vous y remédier ?', 'Expliquez-moi ce non.'],
  },
  negotiator: {
    thing: [
      'Parlons {of_topic}. Qu’est-ce que ça me rapporte, à moi ?',
      'Que me garantissez-vous sur {topic}, noir sur blanc ?',
      'Vos concurrents aussi me parlent {of_topic}. Qu’est-ce qui vous distingue ?',
      'Sur {topic}, quelle preuve avez-vous ?',
      'Mettez-moi un chiffre sur {topic}. Combien, et pour quand ?',
      'Admettons {topic}. Et si cela ne suffit pas à ma direction ?',
    ],
    activity: ['{topic}, en combien de temps, et avec quel risque pour moi ?', 'Et qui paie, pour {topic} ?'],
    name: ['Vous citez {topic}. Que puis-je vérifier ?', 'Qu’est-ce que l’exemple {of_topic} prouve pour mon cas ?'],
    figure: ['{figure} : sur quoi vous fondez-vous ?', '{figure}, et je m’y retrouve en combien de temps ?', 'Vous dites {figure}. Que se passe-t-il si vous vous trompez ?'],
    yes: ['Oui à quoi, exactement ? Redites-moi les termes.', 'Vous dites oui bien vite. Qu’obtenez-vous en échange ?', 'Va pour oui. À quel prix, et à quelle date ?', 'Je note votre accord. Qu’est-ce qui pourrait vous en faire revenir ?'],
    no: ['Un refus, je l’entends. Sur quel point pouvez-vous bouger ?', 'Alors que proposez-vous ?', 'Non à ce prix, ou non tout court ?', 'Et si je change une condition, laquelle vous ferait dire oui ?'],
  },
  audience: {
    thing: [
      'Arrêtons-nous sur {topic} : la salle voudrait un exemple.',
      'Vous dites « {topic} » : que faut-il voir derrière ces mots ?',
      'En quoi {topic}, ça nous concerne, nous, dans cette salle ?',
      'Au fond, quelqu’un n’a pas saisi le lien avec {topic}. Redites-le autrement ?',
      'Si demain on nous parle {of_topic}, que faudra-t-il répondre, en une phrase ?',
      'Pourquoi insister sur {topic} ?',
    ],
    activity: ['{topic} : pourquoi maintenant, et pas dans un an ?', 'Qui, dans la salle, peut commencer à {topic} dès demain ?'],
    name: ['Vous citez {topic}. Qu’est-ce que cet exemple démontre ?', 'Pour ceux qui découvrent : pourquoi {topic} ?'],
    figure: ['{figure} : d’où vient ce chiffre ?', 'Si nous ne retenons que {figure}, que faut-il en conclure ?', 'Faites-nous voir {figure} : ça ressemble à quoi, en vrai ?'],
    yes: ['Oui, et la salle veut savoir pourquoi.', 'Donnez-nous l’exemple qui le prouve.', 'Développez pour ceux du fond.', 'Et qu’est-ce que cela entraîne ?'],
    no: ['La salle est surprise. Expliquez-nous.', 'Non ? Dites-nous ce qui l’empêche.', 'Alors, qu’est-ce qui serait plus juste ?', 'Et que faudrait-il pour que cela change ?'],
  },
};

/** Each column's choices combine with all of the others'. */
export const FRENCH_COMPOSED: Language['composed'] = {
  coach: [
    ['Racontez-moi', 'Décrivez-moi', 'Confiez-moi'],
    ['un moment', 'une scène', 'un souvenir'],
    ['de cette semaine', 'de ces derniers mois', 'de l’année passée', 'de vos débuts', 'de votre enfance'],
    ['qui vous a fait sourire.', 'qui vous a mis au défi.', 'qui vous a appris quelque chose.', 'dont vous parlez rarement.', 'que vous aimeriez revivre.'],
  ],
  interviewer: [
    ['Citez-moi', 'Donnez-moi', 'Décrivez-moi'],
    ['une situation', 'une décision', 'une difficulté'],
    ['de votre dernier poste', 'de vos études', 'de l’année écoulée', 'de vos travaux en équipe'],
    ['qui illustre votre rigueur.', 'où vous avez dû convaincre.', 'où rien ne s’est passé comme prévu.', 'qui vous a demandé du courage.', 'dont l’effet se mesure.'],
  ],
  negotiator: [
    ['Expliquez-moi', 'Dites-moi', 'Montrez-moi'],
    [', en une phrase,', ', chiffres à l’appui,', ', exemple client en main,', ', sans détour,'],
    ['pourquoi je signerais maintenant.', 'ce que je perds à attendre.', 'ce qui vous rend difficile à remplacer.', 'pourquoi votre prix est juste.', 'ce que vous feriez à ma place.'],
  ],
  audience: [
    ['Nous aimerions comprendre', 'Dites-nous', 'Montrez-nous'],
    [', en une phrase,', ', avec un exemple,', ', en images,', ', comme si nous découvrions tout,'],
    ['ce qui change pour nous.', 'pourquoi cela vous tient à cœur.', 'ce que vous nous demandez de faire.', 'ce qui arrive si l’on ne fait rien.', 'par où commencer dès demain.'],
  ],
};
