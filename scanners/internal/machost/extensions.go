package machost

import "strings"

// extensionStates are those of a system extension, as the list of macOS names them.
var extensionStates = map[string]string{"activated_enabled": "enabled", "activated_waiting_for_user": "waiting", "activated_disabled": "disabled",
	"activated_enabling": "enabled", "terminated_waiting_to_uninstall_on_reboot": "disabled", "terminating_for_uninstall": "disabled"}

// Leaving is the state of a system extension that was removed and stays until the Mac starts again, as after every update.
const Leaving = "terminated_waiting_to_uninstall_on_reboot"

// ExtensionState is the state of a system extension in the words of inventory.SecurityProduct, empty for one that is not known, and
// macOS's own word for it: its list joins the words by lines, its tool by blanks.
func ExtensionState(word string) (state, code string) {
	code = strings.Join(strings.Fields(word), "_")
	return extensionStates[code], code
}

// ExtensionPrivilege is what the category of a system extension lets it do. Of network extensions their bundle says which kind they
// are.
func ExtensionPrivilege(category string) string {
	switch category {
	case "com.apple.system_extension.endpoint_security":
		return "endpoint-security"
	case "com.apple.system_extension.driver_extension":
		return "driver"
	case "com.apple.system_extension.cmio":
		return "camera"
	}
	return ""
}
