package winlive

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/securitycenter"
)

// TestOpen: elsewhere there is nobody to ask. On Windows this test's own process is among those that run.
func TestOpen(t *testing.T) {
	s, err := Open()
	if runtime.GOOS != "windows" {
		if !errors.Is(err, ErrElsewhere) {
			t.Errorf("error %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	processes, err := s.Processes()
	if err != nil || !slices.ContainsFunc(processes, func(p Process) bool {
		return p.ID == uint32(os.Getpid()) && strings.HasSuffix(p.Path, p.Name) && p.Path != p.Name
	}) {
		t.Errorf("%d processes, %v: %+v", len(processes), err, processes)
	}
	if services, err := s.Services(); err != nil || !slices.ContainsFunc(services, func(s Service) bool { return s.Running }) {
		t.Errorf("%d services, none of which runs: %v", len(services), err)
	}
	for _, class := range securitycenter.Classes() {
		products, err := s.Products(class)
		t.Logf("%s: %+v, %v", class, products, err) // what is registered differs from computer to computer
		if err != nil && !errors.Is(err, ErrNoCenter) {
			t.Errorf("%s: %v", class, err)
		}
	}
	if _, err := s.Products("Win32_Process"); err == nil {
		t.Error("any class is asked for")
	}
}

func TestRecorded(t *testing.T) {
	var s System = Recorded{Center: map[string][]Product{"AntiVirusProduct": {{Name: "x"}}}, Started: []Service{{Name: "s"}}, Programs: []Process{{ID: 1}}, Err: ErrNoCenter}
	products, err := s.Products("AntiVirusProduct")
	services, _ := s.Services()
	processes, _ := s.Processes()
	if len(products) != 1 || len(services) != 1 || len(processes) != 1 || !errors.Is(err, ErrNoCenter) {
		t.Errorf("%v %v %v %v", products, services, processes, err)
	}
}
