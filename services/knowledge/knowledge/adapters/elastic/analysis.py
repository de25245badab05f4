"""How Elasticsearch splits texts into terms. docs/search.md explains what each of the fields is for."""

from typing import Any

from knowledge.adapters.elastic import compounds

# The fill words of both languages are left out in both, or else a German text would have to contain "does not".
_FILL_WORDS = ["do", "does", "did", "don't", "doesn't", "have", "has", "had", "can", "cannot", "can't", "i", "my", "me"]
_FILL_WORDS += ["we", "our", "you", "your", "when", "please", "bitte", "mein", "meine", "geht"]
_NO_FILL_WORDS = ["english_fill", "german_fill", "more_fill"]
_GERMAN_STEMS = ["german_normalization", "german_stem"]
_FOLDED_STEMS = ["asciifolding", *_GERMAN_STEMS]


def analysis() -> dict[str, Any]:
    """Returns the settings of the analyzers. A change here needs another name for the analyzer that it changes: by its
    name, IndexWriter.extend sees that an index in use must be rebuilt."""
    return {
        "analyzer": {
            "plain": _analyzer("standard", "lowercase", "asciifolding"),
            "english_stems": _analyzer("standard", "english_possessive", "lowercase", *_NO_FILL_WORDS, "english_stem"),
            "german_stems": _analyzer("standard", "lowercase", *_NO_FILL_WORDS, *_GERMAN_STEMS),
            # The filter for compounds also finds nouns where none are meant. A query must not be split like that.
            "folded_parts": _analyzer(
                "whitespace", "delimited", "lowercase", *_NO_FILL_WORDS, "compounds", *_FOLDED_STEMS
            ),
            "folded_parts_asked": _analyzer("whitespace", "delimited", "lowercase", *_NO_FILL_WORDS, *_FOLDED_STEMS),
            # Names such as LogMeIn contain fill words, so that these are joined, too.
            "folded_joined": _analyzer("whitespace", "split", "lowercase", "neighbours", *_FOLDED_STEMS),
        },
        "normalizer": {"any_case": {"type": "custom", "filter": ["lowercase"]}},
        "filter": {
            "english_fill": {"type": "stop", "stopwords": "_english_"},
            "german_fill": {"type": "stop", "stopwords": "_german_"},
            "more_fill": {"type": "stop", "stopwords": _FILL_WORDS},
            "english_possessive": {"type": "stemmer", "language": "possessive_english"},
            "english_stem": {"type": "stemmer", "language": "english"},
            "german_stem": {"type": "stemmer", "language": "light_german"},
            # Wi-Fi, WiFi → wi, fi, wifi; user_profile → user, profile, userprofile; KB50341 → kb, 50341, kb50341
            "delimited": {"type": "word_delimiter_graph", "catenate_all": True},
            "split": {"type": "word_delimiter_graph"},
            # FortiClient VPN, FortiClientVPN → forticlient, forticlientvpn, clientvpn
            "neighbours": {
                "type": "shingle",
                "min_shingle_size": 2,
                "max_shingle_size": 3,
                "output_unigrams": False,
                "token_separator": "",
            },
            # Netzwerkkabel → netzwerkkabel, netzwerk, kabel
            "compounds": {
                "type": "dictionary_decompounder",
                # As one text: a list of thousands makes Elasticsearch take seconds to create the index.
                "word_list": ",".join(compounds.parts()),
                "min_word_size": 2 * compounds.SHORTEST - 1,
                "min_subword_size": compounds.SHORTEST,
                "max_subword_size": compounds.LONGEST,
                "only_longest_match": True,
            },
        },
    }


def _analyzer(tokenizer: str, *filters: str) -> dict[str, Any]:
    return {"type": "custom", "tokenizer": tokenizer, "filter": list(filters)}
