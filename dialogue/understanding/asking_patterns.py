"""How interviewers ask, and how candidates speak of asking: patterns over words in small letters.

They match a text without marks and apostrophes, in which "what's" is "what s".
"""

from __future__ import annotations

import re

from dialogue.understanding.words import phrases

LEAD = re.compile(
    "(?:(?:"
    + "|".join(
        (
            r"just in general|that s (?:great|good|fine|interesting|very good|excellent|fair|cool)",
            r"i m (?:good|fine|well|doing (?:well|good))(?: (?:thanks|thank you|as well|too))*",
            r"good (?:morning|afternoon|evening|day)|welcome|(?:good|nice|great) to meet you",
            r"(?:thanks|thank you) for (?:coming|joining|being here)(?: in| us| here| today)*",
            r"(?:my |the |our |one |a )?(?:last|next|first|final|second|other) (?:question|one)"
            r"(?: is| for you(?: is)?)?",
            r"my question (?:is|for you is)|let me ask you(?: this)?|moving on|i guess",
            r"i (?:d like|want|wanted) to ask(?: you)?|to (?:start|begin|finish)(?: with| off)?",
            r"first of all|finally|lastly|let s (?:start|begin)(?: with)?",
            r"thank you(?: very much)?|i see|got it|me too|very good|sounds good|fair enough",
            r"and|so|but|or|now|then|well|please|like|also|u+m+|uh+m*|ah+|oh|mm+ ?h+m+|m*hm+|mm+",
            r"okay|ok|alright|all right|right|great|good|fine|cool|nice|perfect|wow|sure",
            r"excellent|awesome|wonderful|interesting|fantastic|lovely|yeah|yes|hi|hello|thanks",
        )
    )
    + ")(?: |$))+"
)
"""What leads up to a question, and answers the answer before."""
_YOU = r"(?:you|your|yours|yourself)"
_MAY = r"(?:can|could|would|will|won t|why don t|may|might) (?:you|we|i)"
TELL = re.compile(
    rf"(?:{_MAY} )?(?:please |just |maybe |also |perhaps |now )*(?:"
    + "|".join(
        (
            r"tell (?:me|us)|(?:walk|talk|take) (?:me|us) through|introduce yourself",
            r"describe (?:a|an|your|yourself|how|one|to|for|what)",
            r"give (?:me|us) (?:a|an|one|some|your|another)|share (?:a|an|one|your|with)",
            r"talk (?:to me |to us |a (?:little )?bit )?about (?:a|your|how)",
            r"explain (?:to (?:me|us)|how you|why you|what you|your|some\w+ you)",
            r"name (?:a|one|some|two|three)",
        )
    )
    + r")\b"
)
TELL_LATER = re.compile(
    r"(?:please |now )?tell (?:me|us) (?:about (?:your|a|one|some)|why|how you|more about|"
    r"what you|a time|one of your|a (?:little )?bit)\b"
)
_BE = r"(?:is|are|was|were|s|re|do|does|did|would|will|has|have|can|could|should|might|had|d|ve)"
WH = re.compile(
    rf"(?:(?:what|which) (?:\w+ ){{0,2}}?(?:{_BE}|makes?|made|interests?|interested|motivates?|"
    rf"motivated|drives|drew|brings|brought|attracts|attracted|helps|keeps|gives|gets|happens)|"
    rf"(?:what|which) (?:kind|sort|type)s? of (?:\w+ ){{1,3}}?{_BE}|"
    rf"(?:why|where|who) {_BE}|how (?:\w+ )?{_BE}|when (?:did|have|was|were|would|can|could|will)|"
    rf"(?:in|at|for|to|on|with) (?:what|which) \w+ {_BE})\b.*\b{_YOU}\b"
)
WHY_YOU = re.compile(r"why should (?:i|we)\b|why you\b")
YES_NO = re.compile(
    r"(?:do|did|have|are|were|would|could|can|will|(?:do|did|have|are|would|could)n t) you\b|"
    r"(?:is|was|are|were|has) your\b"
)
IF = re.compile(
    rf"(?:if|imagine|suppose|let s say|say|assume|assuming|given)\b.*\b{_YOU}\b.*\b"
    r"(?:what|which|how|where|who|why) (?:\w+ ){0,2}?(?:would|do|did|will|could|can|might)\b"
)
THINK = re.compile(r"(?:think|thinking) (?:of|about) (?:a|one|the|that|some\w+) |imagine ")
ELLIPSIS = re.compile(r"(?:how|what) about (?:you|your)\b")
ASKS_LATER = re.compile(
    r"\b(?:what|how|why|where|when) (?:do|did|would|have|are|should|could|can|will) you\b"
)
GREETS = re.compile(
    r"how (?:are|re|is|was|have|s) (?:you|your|things|it|everything)\b"
    r"(?: (?:doing|doin|feeling|been|day|going|today|so far|all|morning|afternoon|this|out|there|"
    r"then|now|and))*"
)
CHECKS = phrases(
    "repeat|rephrase|clarify|know what i mean|see what i mean|you mean|want me|like me to|"
    "you re looking for|looking to|hear me|say that again|want to know|like to know|more detail|"
    "know more|remember me|you know|guess what|know what|you re asking|you asking|ask(?:ed|ing)? me"
)
"""Words of what candidates ask back."""
OWN = re.compile(r"(?<!\S)(?:i|me|my|mine|myself|we|our|us|ours|ourselves)(?!\S)")
OWN_WITHIN = re.compile(
    "|".join(
        (
            r"(?:should|can|do|may|could|would|before|if|did|think|when) (?:i|we)\b",
            r"(?:tell|telling|give|giving|walk|talk|take|show|for|to|with|help|about|hire|of|join) "
            r"(?:me|us)\b",
            r"imagine (?:that )?i \w+|(?:our|my) (?:\w+ ){0,2}?(?:company|team|programme?|school|"
            r"university|organi[sz]ation|position|last|next|final|first|question|class|customers?|"
            r"clients?|products?|store|shop|ward|hospital|office|firm)\b",
            r"(?:i|we) (?:haven t|didn t|have|should|would|ask|asked|hire|wonder)\b|i want you\b",
            r"i m (?:curious|interested|wondering)\b|i (?:d|would) (?:like|love)\b",
        )
    )
)
"""Where an interviewer speaks of themselves."""
TOLD_OF = phrases(
    "ask|asks|asked|asking|say|says|said|saying|like|think|thinking|thought|wonder|wondered|"
    "wondering|told|tells|telling|tell|know|knew|figure|figured|see|understand|learn|learned|"
    "decide|decided|realize|realized|myself|themselves|himself|herself|yourself|goes|about|of|on|to|"
    "into|with|from|for|in|at|by|that|because|when|if|whether|depending|how|what|where|why|who|the|a|"
    "my|our|their|his|her|your|question|questions|is|was|were|are|be|i|we|they|he|she"
)
"""Words directly behind which a question is told of, or belongs to what was begun."""
SPOKE = phrases(
    "asks?|asked|asking|sa(?:y|ys|id|ying)|(?:was|were|be|is|are|m|s|re) like|wonder\\w*"
)
REMARK = re.compile(
    r"(?:that|it|this|those|you|sounds|always|glad|i m glad|makes|good|great|oh|thank|thanks|i can|"
    r"i understand|i m sure)\b"
)

SCENE = re.compile(rf"\b{_YOU}\b")
