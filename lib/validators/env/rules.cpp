#include "validators/env/env.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::array table{
    Rule{"env.duplicate-key", Severity::error, "a key that stands twice with different values",
         "Every reader takes the last one, so whoever edits the first changes nothing.",
         "Remove all but the one that counts."},
    Rule{"env.duplicate-line",
         Severity::warning,
         "a key that stands twice with the same value",
         "Whoever changes one of them later changes nothing, or not what is meant.",
         "Remove all but one.",
         {},
         Fix::safe},
    Rule{"env.expansion", Severity::warning, "a $ or a back quote that a reader expands",
         "A shell and Compose put a variable's value in its place, mostly nothing; a shell runs what stands "
         "in $(...) or back quotes. Docker, systemd and Node take it as it stands.",
         "Put the value in single quotes for sh and Compose, or choose one without $ and back quotes."},
    Rule{"env.comment-in-value",
         Severity::warning,
         "a # after a value",
         "Some readers end the value there, docker --env-file and systemd make the comment part of it: a "
         "token "
         "with a comment behind it is refused.",
         "Put the comment on a line of its own.",
         {},
         Fix::safe},
    Rule{"env.hash-in-value", Severity::warning, "a # inside a value",
         "Node ends a value without quotes at any #, and Compose one that begins with it: half a password is "
         "a "
         "wrong one.",
         "Choose a value without #, or quote it for the reader that is used."},
    Rule{"env.quotes-kept",
         Severity::warning,
         "quotes that Docker takes for part of the value",
         "docker --env-file has no quoting: the quotes reach the service, and a quoted token is a wrong one.",
         "Leave the quotes out where the value needs none; where it does, name the reader that knows quotes "
         "with --reader.",
         {},
         Fix::safe},
    Rule{"env.backslash", Severity::warning, "a backslash",
         "A shell and systemd take it for an escape and drop it; Docker and Node keep it.",
         "Choose a value without backslashes, or put it in single quotes for the reader that is used."},
    Rule{"env.stray-quote", Severity::warning, "a quote inside a value",
         "A shell goes on reading until the quote is closed, perhaps on another line; Docker, systemd and "
         "Compose keep it.",
         "Quote the whole value, or choose one without quotes.",
         "An error where a shell is known to read the file."},
    Rule{"env.blank-before-value",
         Severity::warning,
         "a blank after the equals sign",
         "A shell sets the key to nothing and runs the value as a command; Docker makes the blank part of "
         "the value.",
         "Remove the blank.",
         {},
         Fix::safe},
    Rule{"env.blank-before-equals", Severity::warning, "a blank before the equals sign",
         "A shell runs the key as a command, and docker --env-file refuses the whole file; Compose, systemd "
         "and "
         "Node drop the blank.",
         "Remove the blank.", "An error where the reader is known and cannot take it."},
    Rule{
        "env.unquoted-blank", Severity::warning, "a blank in a value without quotes",
        "A shell takes the rest for a command, which it runs with the first word in its environment; the key "
        "itself is not set.",
        "Quote the value for a shell, or choose one without blanks.",
        "An error where a shell is known to read the file."},
    Rule{"env.shell-syntax", Severity::warning, "a character that a shell takes for a command's",
         "What follows a ; or & is run, < and > open files, ~ becomes a directory.",
         "Quote the value for a shell."},
    Rule{"env.trailing-blank",
         Severity::warning,
         "blanks at the end of a value",
         "docker --env-file makes them part of the value, and a token with a blank is a wrong one; nobody "
         "sees it.",
         "Remove them.",
         {},
         Fix::safe},
    Rule{"env.several-lines", Severity::warning, "a value over several lines",
         "docker --env-file and cowork's portable dialect know none: the second line is an assignment of its "
         "own, or an error.",
         "Put it on one line, for example as base64 or with \\n where the service reads that."},
    Rule{"env.export",
         Severity::warning,
         "export before a key",
         "docker --env-file refuses the file and systemd ignores the line; sh, Compose and Node read it.",
         "Remove the word; set -a makes a shell export what it reads.",
         {},
         Fix::safe},
    Rule{"env.malformed-line", Severity::error, "a line that is no assignment",
         "Readers skip it, refuse the file, or run it as a command.",
         "Correct the line, or begin it with # to make it a comment."},
    Rule{"env.invalid-key", Severity::error, "a key that is no variable's name",
         "Readers skip the line, refuse the file, run it as a command, or set a variable that nothing reads.",
         "Use letters, digits and underscores."},
    Rule{"env.unterminated-quote", Severity::error, "a quote that is never closed",
         "A reader takes the rest of the file for one value, or refuses it.",
         "Close the quote, or remove it."},
    Rule{"env.no-value", Severity::warning, "a key without an equals sign",
         "Docker and Compose take the value from their own environment, other readers skip the line or run "
         "it.",
         "Write KEY=VALUE, or remove the line."},
    Rule{"env.control-character", Severity::warning, "a control character in a value",
         "Services refuse it, or log it as it is and steer a terminal with it.", "Remove it."},
    Rule{"env.invalid-utf8", Severity::warning, "bytes that are no UTF-8",
         "Readers replace or drop them, each in its own way.", "Save the file as UTF-8."},
    Rule{"env.carriage-return",
         Severity::warning,
         "lines that end with CR LF",
         "A shell makes the carriage return part of every value: a port is no number any more, a token is a "
         "wrong one.",
         "Save the file with LF line ends.",
         {},
         Fix::safe},
    Rule{"env.byte-order-mark",
         Severity::warning,
         "a byte order mark at the beginning",
         "A shell, systemd and Node take it for part of the first key, which is then not set.",
         "Save the file without one.",
         {},
         Fix::safe},
    Rule{"env.too-large", Severity::error, "more than an env file holds",
         "Readers have limits of their own: docker --env-file reads no line of 64 KiB, and cowork no more "
         "than "
         "1 MiB and 10,000 assignments.",
         "Take out what is no setting."},
    Rule{"env.mode",
         Severity::error,
         "a file with secrets that others can read",
         "Every user and service of the machine can read its tokens and passwords.",
         "Set its mode to 0600.",
         {},
         Fix::safe},
    Rule{"env.owner", Severity::error, "a file with secrets that belongs to another user",
         "That user can read and change every secret in it.",
         "Give the file to the user who runs the service."},
    Rule{"env.tracked-by-git", Severity::error, "a file with secrets that git tracks",
         "Its secrets are in every clone and in the history, also after the file is removed.",
         "Take it out of the index with git rm --cached, add it to .gitignore, and replace every secret in "
         "it."},
    Rule{"env.not-ignored-by-git", Severity::warning, "a file with secrets that git would pick up",
         "The next git add . makes it part of the history.", "Add it to .gitignore."},
    Rule{
        "env.several-services", Severity::note, "one file with the settings of several services",
        "Where the file is a service's environment, each gets the secrets of the others. Compose hands every "
        "service what its own section names.",
        "Give every service a file of its own.",
        "A warning where the file's reader is known and not Compose."},
    Rule{"env.not-for-intent", Severity::warning, "an env file without any key of the path that is set up",
         "Its service finds none of its settings there and does not start.",
         "Name the file of that path, or another --intent.",
         "A note where the file is of none of the product's services."},
};

}  // namespace

std::span<const Rule> env_rules() { return table; }

}  // namespace cowork::validators
