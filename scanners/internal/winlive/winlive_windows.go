package winlive

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/yusufpapurcu/wmi"
	"golang.org/x/sys/windows"

	"quaestor/scanners/internal/securitycenter"
)

// Limits of what is asked for.
const (
	maxProducts  = 500
	maxServices  = 20_000
	maxProcesses = 50_000
)

// Open returns the running Windows.
func Open() (System, error) { return system{}, nil }

type system struct{}

// row is an instance of a class of the Security Center; fields are matched by name.
type row struct {
	DisplayName              string
	InstanceGuid             string
	PathToSignedProductExe   string
	PathToSignedReportingExe string
	ProductState             uint32
}

// Products implements System.
func (system) Products(class string) ([]Product, error) {
	if securitycenter.Kind(class) == "" { // it becomes part of the question
		return nil, fmt.Errorf("%q is no class of the Security Center", class)
	}
	var rows []row
	query := "SELECT displayName, instanceGuid, pathToSignedProductExe, pathToSignedReportingExe, productState FROM " + class
	if err := wmi.Query(query, &rows, ".", securitycenter.Namespace); err != nil {
		return nil, reason(err)
	}
	var out []Product
	for _, r := range rows[:min(len(rows), maxProducts)] {
		out = append(out, Product{Name: r.DisplayName, GUID: r.InstanceGuid, Program: r.PathToSignedProductExe, Reporting: r.PathToSignedReportingExe, State: r.ProductState})
	}
	return out, nil
}

// Services implements System.
func (system) Services() ([]Service, error) {
	manager, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_CONNECT|windows.SC_MANAGER_ENUMERATE_SERVICE)
	if err != nil {
		return nil, fmt.Errorf("the list of services cannot be asked for: %w", err)
	}
	defer windows.CloseServiceHandle(manager)
	var out []Service
	var resume uint32
	buf := make([]byte, 64<<10)
	for len(out) < maxServices {
		var needed, count uint32
		err := windows.EnumServicesStatusEx(manager, windows.SC_ENUM_PROCESS_INFO, windows.SERVICE_WIN32|windows.SERVICE_DRIVER, windows.SERVICE_STATE_ALL,
			&buf[0], uint32(len(buf)), &needed, &count, &resume, nil)
		if err != nil && !errors.Is(err, windows.ERROR_MORE_DATA) {
			return out, fmt.Errorf("the list of services ends early: %w", err)
		}
		for _, s := range unsafe.Slice((*windows.ENUM_SERVICE_STATUS_PROCESS)(unsafe.Pointer(&buf[0])), count) {
			status := s.ServiceStatusProcess
			out = append(out, Service{Name: windows.UTF16PtrToString(s.ServiceName), Running: status.CurrentState == windows.SERVICE_RUNNING,
				Driver: status.ServiceType&windows.SERVICE_DRIVER != 0, Process: status.ProcessId})
		}
		if err == nil || count == 0 {
			break
		}
	}
	return out, nil
}

// Processes implements System.
func (system) Processes() ([]Process, error) {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return nil, fmt.Errorf("the list of processes cannot be asked for: %w", err)
	}
	defer windows.CloseHandle(snapshot)
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	var out []Process
	for err = windows.Process32First(snapshot, &entry); err == nil && len(out) < maxProcesses; err = windows.Process32Next(snapshot, &entry) {
		p := Process{ID: entry.ProcessID, Name: windows.UTF16ToString(entry.ExeFile[:])}
		p.Path, p.Denied = program(entry.ProcessID)
		out = append(out, p)
	}
	if err != nil && !errors.Is(err, windows.ERROR_NO_MORE_FILES) {
		return out, fmt.Errorf("the list of processes ends early: %w", err)
	}
	return out, nil
}

// program is the path of the program that a process runs. The kernel's own have none.
func program(id uint32) (path string, denied bool) {
	if id == 0 || id == 4 { // idle, and the system
		return "", false
	}
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, id)
	if err != nil {
		return "", errors.Is(err, windows.ERROR_ACCESS_DENIED)
	}
	defer windows.CloseHandle(h)
	buf := make([]uint16, 4096)
	n := uint32(len(buf))
	if err := windows.QueryFullProcessImageName(h, 0, &buf[0], &n); err != nil {
		return "", errors.Is(err, windows.ERROR_ACCESS_DENIED)
	}
	return windows.UTF16ToString(buf[:n]), false
}
