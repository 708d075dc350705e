package riskdb

import (
	"testing"

	"quaestor/scanners/inventory"
)

// Libraries and drivers of Windows that were handed in by themselves are told, signed or not; those of a computer belong to what is there.
func TestLooseProgramsOfWindows(t *testing.T) {
	inv := inventory.New()
	inv.Binaries = []inventory.Binary{
		{SHA256: "a", Format: "pe", FileNames: []string{"x.sys"}, Version: "1", Origins: []inventory.Origin{{Scanner: "windows/program"}}},
		{SHA256: "b", Format: "pe", FileNames: []string{"y.dll"}, Origins: []inventory.Origin{{Scanner: "windows/tasks"}}},
		{SHA256: "c", Format: "pe", FileNames: []string{"z.exe"}, Origins: []inventory.Origin{{Scanner: "windows/program"}}},
	}
	inv.Apps = []inventory.App{{ID: "app", Binaries: []string{"c"}}}
	got := CodeFiles(inv)
	if len(got) != 1 || got[0].Identifier != "a" || got[0].Name != "x.sys" || got[0].Platform != inventory.Windows || got[0].Version != "1" {
		t.Errorf("%+v", got)
	}
}
