// Package winlive asks the running Windows what no file tells: which products are registered as protection and in which
// state, which services and drivers are running, and which programs. On other systems [Open] says that there is none.
//
// What Windows answers is plain data behind an interface, so that recorded answers take the place of it in tests.
//
// What the package cannot see: the programs of processes that the rights of whoever runs the scan do not reach.
package winlive

import (
	"errors"
)

// ErrElsewhere is that this system is not Windows.
var ErrElsewhere = errors.New("only a running Windows can be asked this; run the scan there")

// ErrNoCenter is that this Windows has no Security Center, as those for servers.
var ErrNoCenter = errors.New("this Windows has no Security Center")

// System answers questions about the computer.
type System interface {
	// Products lists what is registered in a class of the Security Center.
	Products(class string) ([]Product, error)
	Services() ([]Service, error)
	Processes() ([]Process, error)
}

// Product is registered with the Security Center.
type Product struct {
	Name      string // displayName
	GUID      string // instanceGuid
	Program   string // pathToSignedProductExe
	Reporting string // pathToSignedReportingExe: of the service that tells the state
	State     uint32 // productState
}

// Service is a service or driver.
type Service struct {
	Name    string
	Running bool
	Driver  bool
	Process uint32 // in which it runs, 0 for none
}

// Process is a running program.
type Process struct {
	ID   uint32
	Name string // of its file
	Path string // with its folder; empty where Windows does not say it
	// Denied is that the rights of the scan did not reach the path.
	Denied bool
}

// Recorded gives answers that were written down.
type Recorded struct {
	Center   map[string][]Product // by class
	Started  []Service
	Programs []Process
	Err      error // of every question, where it is set
}

// Products implements System.
func (r Recorded) Products(class string) ([]Product, error) { return r.Center[class], r.Err }

// Services implements System.
func (r Recorded) Services() ([]Service, error) { return r.Started, r.Err }

// Processes implements System.
func (r Recorded) Processes() ([]Process, error) { return r.Programs, r.Err }
