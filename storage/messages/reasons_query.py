"""Reasons of search queries: what is wrong with one and what to write instead."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class QueryReason(ReasonCode):
    """`near` holds alternatives; `choice` everything there is."""

    QUERY_TOO_LONG = (
        "query_too_long",
        gettext_noop("the query has {size} characters; the maximum is {limit}"),
    )
    TOO_MANY_TERMS = (
        "too_many_terms",
        gettext_noop("the query has more than {limit} words: use fewer"),
    )
    QUERY_EMPTY = (
        "query_empty",
        gettext_noop("the query is empty: type a word, or a field such as site:laocai"),
    )
    STAR_WITHOUT_WORD = (
        "star_without_word",
        gettext_noop('"*" stands behind the beginning of a word: chuyển*'),
    )
    PREFIX_TOO_SHORT = (
        "prefix_too_short",
        gettext_noop("{word}* is too much: write {limit} letters before the *"),
    )
    QUOTATION_OPEN = (
        "quotation_open",
        gettext_noop("a quotation mark is not closed: “{quote}"),
    )
    QUOTATION_EMPTY = (
        "quotation_empty",
        gettext_noop("there is no letter or digit between the quotation marks"),
    )
    NOTHING_AFTER_OPERATOR = (
        "nothing_after_operator",
        gettext_noop("there is no word after {operator}; put the word itself in quotes"),
    )
    NOTHING_BEFORE_OPERATOR = (
        "nothing_before_operator",
        gettext_noop('there is no word before {operator}; the word itself is written "{operator}"'),
    )
    DOUBLE_NOT = "double_not", gettext_noop("two consecutive NOT: remove both")
    ONLY_NOT = (
        "only_not",
        gettext_noop("NOT (or -) alone matches nothing: put a search term before it"),
    )
    PARENTHESIS_NOT_OPENED = (
        "parenthesis_not_opened",
        gettext_noop("a closing parenthesis has no opening one"),
    )
    PARENTHESIS_NOT_CLOSED = (
        "parenthesis_not_closed",
        gettext_noop("an opening parenthesis has no closing one"),
    )
    TOO_DEEP = "too_deep", gettext_noop("more than {limit} nested parentheses")
    PARENTHESES_EMPTY = (
        "parentheses_empty",
        gettext_noop("there is nothing between the parentheses"),
    )
    FIELD_WITHOUT_VALUE = (
        "field_without_value",
        gettext_noop("{field}: has no value: write it directly after the colon, {field}:..."),
    )
    UNKNOWN_FIELD_NEAR = (
        "unknown_field_near",
        gettext_noop(
            "no field {field}:; is it {near}:? Text with a colon is written in quotes, "
            '"{field}:..."'
        ),
    )
    UNKNOWN_FIELD = (
        "unknown_field",
        gettext_noop(
            "no field {field}:; there are {choice:colons}: Text with a colon is written in "
            'quotes, "{field}:..."'
        ),
    )
    FIELD_WITHIN_FIELD = (
        "field_within_field",
        gettext_noop("{field}: is inside another field; fields cannot be nested"),
    )
    ONLY_VALUES = (
        "only_values",
        gettext_noop("{field}:( ) accepts only values with OR between them"),
    )
    NO_VALUES = "no_values", gettext_noop("there is nothing between the parentheses of {field}:")
    UNKNOWN_STATUS_NEAR = (
        "unknown_status_near",
        gettext_noop("no status {value!r}; is it status:{near}?"),
    )
    UNKNOWN_STATUS = "unknown_status", gettext_noop("no status {value!r}; there are: {choice:list}")
    NOT_A_DATE = (
        "not_a_date",
        gettext_noop(
            "no date {value!r}; write 2025-03-31 or 31/03/2025, a month 2025-03, a year 2025, "
            '"last month", "this week", yesterday or 30d'
        ),
    )
    UNKNOWN_PROVINCE_NEAR = (
        "unknown_province_near",
        gettext_noop(
            "no province {value!r}; is it {near:alternatives}?; a name of several words is "
            "written in quotes"
        ),
    )
    UNKNOWN_PROVINCE = (
        "unknown_province",
        gettext_noop(
            "no province {value!r}; tinwatch provinces lists them; a name of several words "
            "is written in quotes"
        ),
    )
    UNKNOWN_SITE_NEAR = (
        "unknown_site_near",
        gettext_noop("this home has no site {value!r}; is it {near:alternatives}?"),
    )
    UNKNOWN_SITE = (
        "unknown_site",
        gettext_noop("this home has no site {value!r}; no site was crawled yet"),
    )
    UNKNOWN_KIND_NEAR = (
        "unknown_kind_near",
        gettext_noop("this home has no kind {value!r}; is it {near:alternatives}?"),
    )
    UNKNOWN_KIND = (
        "unknown_kind",
        gettext_noop("this home has no kind {value!r}; no site was crawled yet"),
    )
    SEARCH_NAME_TAKEN = (
        "search_name_taken",
        gettext_noop("the saved search {name} exists: choose another name"),
    )
    SEARCH_NAME_INVALID = (
        "search_name_invalid",
        gettext_noop(
            "invalid name {name!r}: use up to {limit} letters, digits and hyphens, "
            "such as muong-nuoc"
        ),
    )
