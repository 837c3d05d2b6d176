// Package switches has the settings of routes that are on or off and that requests read, one bit for each.
//
// An option sets a switch for its level, package declare merges the levels, and what is compiled of a route keeps the [Set] of the switches
// that are on. The code that a switch is for asks the Set by the switch's name. So a new switch is a constant here, an option, and the code that
// reads it. The package does not know what a switch does.
package switches
