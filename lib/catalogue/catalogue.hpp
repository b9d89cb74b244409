#pragma once

// The product's constant tables, and cowork's six paths through them. Ids, labels, enumerations and lists are
// the product's; sentences are ours.
#include "catalogue/authorities.hpp"
#include "catalogue/control_planes.hpp"
#include "catalogue/intents.hpp"
#include "catalogue/product_checks.hpp"
#include "catalogue/surfaces.hpp"
#include "catalogue/topologies.hpp"
#include "catalogue/workspace_support.hpp"
