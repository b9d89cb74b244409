#include "setup/questions.hpp"

namespace cowork::setup {

// Desktop has its own first start for what a person chooses. These are for whoever sets it up for others.
std::vector<Question> desktop_local_questions() {
    return {
        {.flag = "--default-provider",
         .ask = "Which provider does Desktop use before a person chooses one?",
         .help = "Nothing needs to be said: Desktop asks for it when it first starts.",
         .unsaid = "as it is"},
        {.flag = "--default-model",
         .ask = "Which model of that provider?",
         .help = "The name that the provider has for it.",
         .unsaid = "as it is",
         .when = [](const Known& known) { return known.has("--default-provider"); }},
        {.flag = "--no-cloud",
         .ask = "Turn off Cloud workspaces in Desktop?",
         .help = "Desktop then shows threads of this machine only.",
         .kind = Kind::yes_no},
    };
}

std::vector<Question> desktop_pairing_questions() {
    return {
        {.flag = "--broker-url",
         .ask = "What is the URL of the broker?",
         .help = "Desktop calls it to be reached: https on a public host, or http to localhost.",
         .unsaid = "not now"},
    };
}

}  // namespace cowork::setup
