package riskdb

import "quaestor/scanners/inventory"

// ProductKind tells ordinary apps from software with protective privilege.
type ProductKind string

// The product kinds.
const (
	AppProduct      ProductKind = "app"
	SecurityProduct ProductKind = "security"
)

// Identifier kinds beyond those of package inventory.
const (
	AppStoreID      inventory.IdentifierKind = "app-store-id"
	LinuxPackage    inventory.IdentifierKind = "linux-package" // a deb or rpm name; the source does not tell which
	ServiceName     inventory.IdentifierKind = "service"       // Windows service or systemd unit
	DisplayName     inventory.IdentifierKind = "display-name-pattern"
	MacTeamID       inventory.IdentifierKind = "macos-team-id" // of vendors only: it names the signer, not the product
	MacApp          inventory.IdentifierKind = "macos-app"     // file name of the bundle
	MacPath         inventory.IdentifierKind = "macos-path"
	MacLaunchDaemon inventory.IdentifierKind = "macos-launch-daemon" // label of a daemon or agent
	MacMachService  inventory.IdentifierKind = "macos-mach-service"
	MacReceipt                               = inventory.MacReceipt
	MacSystemExt    inventory.IdentifierKind = "macos-system-extension"
	MacKernelExt    inventory.IdentifierKind = "macos-kernel-extension"
	KernelDriver    inventory.IdentifierKind = "kernel-driver" // file of a Windows driver, with or without .sys
	KernelModule    inventory.IdentifierKind = "kernel-module" // of Linux
	// RootName is a common name or organisation of a certificate authority that a product adds, RootSHA256 the digest of
	// such a certificate.
	RootName   inventory.IdentifierKind = "root-certificate"
	RootSHA256 inventory.IdentifierKind = "root-certificate-sha256"
	// InputMethod is the name under which an input method is registered: of IBus, Fcitx or Windows.
	InputMethod       inventory.IdentifierKind = "input-method"
	AndroidCodePrefix inventory.IdentifierKind = "android-code-prefix"
)

// OpenKinds are the kinds of which a value may end in a star, because the names hold a version or a year.
var OpenKinds = []inventory.IdentifierKind{ServiceName, KernelDriver, KernelModule, MacLaunchDaemon, RootName, UninstallKey, MacReceipt}

// Product is an app or security product with the marks it is recognised by. How sure its country is comes
// from its vendor: see [DB.Vendor] and Vendor.Verified.
type Product struct {
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`
	Aliases []string `yaml:"aliases,omitempty"`
	Vendor  string   `yaml:"vendor"` // Vendor.ID
	// PublisherEdge is the Edge.ID of the ownership record that ties the product's own company to Vendor. The
	// product is that vendor's only while the edge holds, and no surer than the edge.
	PublisherEdge string       `yaml:"publisher_edge,omitempty"`
	Category      string       `yaml:"category"`
	Kind          ProductKind  `yaml:"kind"`
	SecurityKind  string       `yaml:"security_kind,omitempty"` // antivirus, edr, firewall, …
	Neutral       bool         `yaml:"neutral,omitempty"`       // an ordinary app that must raise nothing by itself
	Apps          []string     `yaml:"apps,omitempty"`          // of a security product: Product.ID of its phone apps
	Identifiers   []Identifier `yaml:"identifiers,omitempty"`
	Note          string       `yaml:"note,omitempty"`
}

// Identifier is one mark of a product or a vendor.
type Identifier struct {
	Kind   inventory.IdentifierKind `yaml:"kind"`
	Value  string                   `yaml:"value"`
	Shared bool                     `yaml:"shared,omitempty"` // generic, or used by other products too: needs a second mark
	Note   string                   `yaml:"note,omitempty"`
	Basis  `yaml:",inline"`
}
