"""Reasons why a home, its settings or its database cannot be used."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class HomeReason(ReasonCode):
    """What is wrong with the home, and the remedy."""

    SITE_LOCKED = (
        "site_locked",
        gettext_noop(
            "{site} is being crawled by process {process} into {folder}; wait for it, or use "
            "another --home"
        ),
    )
    WORK_LOCKED = (
        "work_locked",
        gettext_noop(
            "process {process} already runs {work} on {folder}; wait for it, or use another --home"
        ),
    )
    HOME_UNUSABLE = "home_unusable", gettext_noop("cannot use {folder} as home: {error}")
    HOME_NOT_WRITABLE = (
        "home_not_writable",
        gettext_noop(
            "cannot write to {folder}: copy it to a writable disk, choose another --home, or fix "
            "its permissions"
        ),
    )
    INVALID_TOML = (
        "invalid_toml",
        gettext_noop(
            "{file} is no valid TOML: {error}. A text stands in straight quotation marks, "
            'key = "text"; save the file as UTF-8'
        ),
    )
    UNKNOWN_SETTING = (
        "unknown_setting",
        gettext_noop("{file}: {key!r} is no setting; known are {names:list}"),
    )
    UNKNOWN_SETTING_LIKE = (
        "unknown_setting_like",
        gettext_noop("{file}: {key!r} is no setting (is it {near}?); known are {names:list}"),
    )
    INVALID_SETTING = "invalid_setting", gettext_noop("{file}: {key} must be {allowed}, is {value}")
    ONE_OF = "one_of", gettext_noop("one of {values:list}")
    TIME_OR_NEVER = "time_or_never", gettext_noop('a time of day such as "01:30", or "" for never')
    HOSTS_WITH_PORTS = (
        "hosts_with_ports",
        gettext_noop('a list of hosts with ports such as ["127.0.0.1:8080"], in small letters'),
    )
    WHOLE_NUMBER_BETWEEN = (
        "whole_number_between",
        gettext_noop("a whole number from {low} to {high}"),
    )
    NUMBER_BETWEEN = "number_between", gettext_noop("a number from {low} to {high}")
    TEXT = "setting_text", gettext_noop("text")
    DISK_SPACE_LOW = (
        "home_disk_space_low",
        gettext_noop(
            "{free} MB are free on the disk of {folder}, and least_free_mb asks for {least}: "
            "nothing was crawled. Make room (tinwatch prune drops old listings), or set "
            "least_free_mb lower in settings.toml"
        ),
    )
    BACKUP_NEEDS_SPACE = (
        "backup_needs_space",
        gettext_noop(
            "{folder} has {free} MB free, the backup needs {needed}: make room, or write to "
            "another disk"
        ),
    )
    NO_BACKUP = "no_backup", gettext_noop("{file} holds {member!r}: it is no tinwatch backup")
    BACKUP_BROKEN = "backup_broken", gettext_noop("{file} is no whole tinwatch backup: {error}")
    BACKUP_WITHOUT_MANIFEST = (
        "backup_without_manifest",
        gettext_noop("{file} has no manifest, its end is missing: use another backup"),
    )
    BACKUP_DAMAGED = (
        "backup_damaged",
        gettext_noop(
            "{file} was damaged: {members:list} do not have the sums that were written; use "
            "another backup"
        ),
    )
    DATABASE_NOT_OPENED = (
        "database_not_opened",
        gettext_noop(
            "{file} cannot be opened as tinwatch's database: {error}. Nothing was changed; "
            "tinwatch rebuild makes a new one from the captures, tinwatch restore from a backup."
        ),
    )
    DISK_FULL = (
        "disk_full",
        gettext_noop(
            "the disk of {file} is full. Nothing was changed: make room and run the command again."
        ),
    )
    DATABASE_EMPTY = (
        "database_empty",
        gettext_noop(
            "the database {file} is empty, but {captures} holds captures: nothing was changed. "
            "Make a new home from them: tinwatch rebuild --from {folder} --home NEW_FOLDER; or "
            "restore a backup (tinwatch restore)"
        ),
    )
    DATABASE_MISSING = (
        "database_missing",
        gettext_noop(
            "the database {file} is missing, but {captures} holds captures: nothing was changed. "
            "Make a new home from them: tinwatch rebuild --from {folder} --home NEW_FOLDER; or "
            "restore a backup (tinwatch restore)"
        ),
    )
    DATABASE_NOT_READ = (
        "database_not_read",
        gettext_noop("{file} cannot be read as tinwatch's database: {error}"),
    )
    DATABASE_OLD = (
        "database_old",
        gettext_noop(
            "{file} was written by an older tinwatch: any of its commands, such as tinwatch runs, "
            "brings it up to date"
        ),
    )
    LOG_NOT_WRITABLE = "log_not_writable", gettext_noop("cannot write the log in {folder}: {error}")
    CRAWL_BROKE_OFF = "crawl_broke_off", gettext_noop("the crawl of {site} broke off: {reason}")
    OUTSIDE_SUBSCRIPTION = (
        "outside_subscription",
        gettext_noop(
            "{file}: {names:list} stands outside of a subscription: write it under [[subscription]]"
        ),
    )
    SUBSCRIPTION_BRACKETS = (
        "subscription_brackets",
        gettext_noop("{file}: begin each subscription with [[subscription]], in two brackets"),
    )
    INVALID_SUBSCRIPTION = (
        "invalid_subscription",
        gettext_noop("{file}, line {line}: subscription {name!r}: {key} {problem}"),
    )
    NAME_MISSING = (
        "name_missing",
        gettext_noop("is missing: give the subscription a name of its own"),
    )
    NAME_TAKEN = "name_taken", gettext_noop("is taken by an earlier one: choose another")
    NO_KEY = "no_key", gettext_noop("is no key of a subscription; known are {names:list}")
    KEY_TYPE = "key_type", gettext_noop("must be {type}")
    KEY_TYPE_IS = "key_type_is", gettext_noop("must be {type}, is {value}")
    TYPE_TEXT = "type_text", gettext_noop("text")
    TYPE_LIST = "type_list", gettext_noop("a list of texts")
    TYPE_BOOL = "type_bool", gettext_noop("true or false")
    TYPE_NUMBER = "type_number", gettext_noop("a number")
    ADDRESS_MISSING = (
        "address_missing",
        gettext_noop('is missing or empty: name an address, such as to = ["env:TEAM_MAIL"]'),
    )
    NO_ADDRESS_FORM = (
        "no_address_form",
        gettext_noop(
            'number {number} is no address: write "mailto://...", "tgram://..." or another of '
            'apprise, or "env:NAME" for one that the environment holds'
        ),
    )
    KIND_UNKNOWN = "kind_unknown", gettext_noop("names {kind!r}; there are: {kinds:list}")
    PRIORITY_RANGE = "priority_range", gettext_noop("must be from 0 to 1, is {value}")
    WHEN_UNKNOWN = "when_unknown", gettext_noop('must be "at once" or "digest", is {value!r}')
    LANGUAGE_UNKNOWN = "language_unknown", gettext_noop("must be {languages:either}, is {value!r}")
    PAGE_NO_URL = (
        "page_no_url",
        gettext_noop('must be a URL such as "https://watch.example.org", is {value!r}'),
    )
    KEY_WRONG = "key_wrong", gettext_noop("is wrong: {reason}")
    QUIET_FORM = (
        "quiet_form",
        gettext_noop('must be two times of day such as "22:00-06:00", is {text!r}'),
    )
    QUIET_ENDLESS = (
        "quiet_endless",
        gettext_noop("begins and ends at the same time: {text!r} would never end"),
    )
