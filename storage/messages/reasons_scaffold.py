"""Reasons of a proposal for a new site (tinwatch add): what was recognised, and how sure it is."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop, ngettext_noop


class ScaffoldReason(ReasonCode):
    """Why a site would be written as it is proposed."""

    ONLY_REQUESTED_SECTION = (
        "only_requested_section",
        gettext_noop("the requested section is the only listing"),
    )
    NO_SECTIONS_IN_MENU = (
        "no_sections_in_menu",
        gettext_noop("the menu has no sections: the front page is the listing"),
    )
    PLATFORM_CHOSEN = "platform_chosen", gettext_noop("platform {platform}: {evidence:list}")
    GENERATOR_FOUND = (
        "generator_found",
        gettext_noop("the page source of {share:percent} of the articles names this CMS"),
    )
    FINGERPRINTS_FOUND = (
        "fingerprints_found",
        gettext_noop("{share:percent} of the articles have its fingerprints"),
    )
    URLS_MATCH = "urls_match", gettext_noop("the URLs have its form")
    TEXT_EXTRACTED = "text_extracted", gettext_noop("its rules extract {share:percent} of the text")
    PLATFORM_UNUSABLE = "platform_unusable", gettext_noop("cannot be used: {error}")
    FIELD_NOT_ON_PLATFORM = (
        "field_not_on_platform",
        gettext_noop("the platform's rules do not find {field:field} here: own selectors"),
    )
    SELECT_NOT_EDITABLE = (
        "select_not_editable",
        gettext_noop("{site}: cannot edit select, add by hand: {rules:list}"),
    )
    OWN_SELECTORS = "own_selectors", gettext_noop("no platform matches: own selectors")
    LEFT_TO_GENERIC = (
        "left_to_generic",
        ngettext_noop(
            "no platform matches, and selectors agree with the generic extractor on {agreeing} of "
            "{number} article: the generic extractor is used",
            "no platform matches, and selectors agree with the generic extractor on {agreeing} of "
            "{number} articles: the generic extractor is used",
        ),
    )


class Confidence(ReasonCode):
    """How sure a proposal is."""

    CONFIDENCE_HIGH = "confidence_high", gettext_noop("confidence: high")
    CONFIDENCE_MEDIUM = "confidence_medium", gettext_noop("confidence: medium")
    CONFIDENCE_LOW = "confidence_low", gettext_noop("confidence: low, check every rule")
