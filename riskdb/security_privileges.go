package riskdb

// PrivilegeMeaning says what one privilege lets software do.
type PrivilegeMeaning struct {
	Name  string
	Title string // as a heading of a table
	Means string // one sentence
}

// PrivilegeMeanings lists the privileges of security software, the deepest first.
var PrivilegeMeanings = []PrivilegeMeaning{
	{"kernel", "Kernel", "It runs code in the kernel: nothing on the device is hidden from it, and nothing there can stop it."},
	{"device-owner", "Device owner", "It manages the whole device: it installs and removes apps, changes settings and can erase it."},
	{"root", "System account", "It runs with the full rights of the system: it can read and change every file."},
	{"endpoint-security", "Endpoint security", "It is told of every program that starts and every file that is opened, and can forbid it."},
	{"tls-interception", "TLS interception", "The device trusts a certificate authority of it, so that it can read encrypted traffic that passes it."},
	{"network-filter", "Network filter", "It sees the connections of all programs and can change or block them."},
	{"vpn", "VPN", "It can lead the traffic of the device to a server of its choice."},
	{"full-disk-access", "Full disk access", "It can read the files of every program, also mail, messages and backups."},
	{"system-extension", "System extension", "It extends the system by a program that the system itself starts and keeps alive."},
	{"accessibility", "Accessibility", "It reads what is on the screen of every app and can act in the user's place."},
	{"remote-control", "Remote control", "Somebody else can see and operate the device through it."},
	{"screen-recording", "Screen recording", "It can see the screen."},
	{"input-monitoring", "Input monitoring", "It can see what is typed in every program."},
	{"input-method", "Input method", "What is typed with it passes through it, passwords too where the system lets it."},
	{"login", "Login", "It takes part when somebody signs in to the device, and is handed what is typed there."},
	{"device-admin", "Device administration", "It can lock the device, set rules for its password and, on some systems, erase it."},
	{"notification-listener", "Notifications", "It reads the notifications of every app, with the codes and messages in them."},
	{"browser-content", "Web pages", "It can read and change the pages that are open in a browser."},
	{"clipboard", "Clipboard", "It can read what is copied."},
}
