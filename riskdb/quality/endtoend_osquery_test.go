package main

import (
	"encoding/json"
	"path"
	"strings"

	"quaestor/scanners/inventory"
)

type row map[string]string

// osqueryOf is what osquery answers about what runs on a computer, and what is installed beside it.
func osqueryOf(c *GuardCase) string {
	system := map[inventory.Platform]row{
		inventory.Windows: {"name": "Microsoft Windows 11 Pro", "version": "10.0.26200", "platform": "windows", "build": "26200"},
		inventory.Linux:   {"name": "Debian GNU/Linux", "version": "13 (trixie)", "platform": "debian", "build": ""},
	}[c.System]
	tables := map[string][]row{"os_version": {system}}
	for _, a := range c.Apps {
		switch a.Kind {
		case inventory.DebPackage:
			tables["deb_packages"] = append(tables["deb_packages"], row{"name": a.ID, "version": a.Version, "arch": "amd64", "revision": "1", "status": "install ok installed", "maintainer": ""})
		case inventory.RPMPackage:
			tables["rpm_packages"] = append(tables["rpm_packages"], row{"name": a.ID, "version": a.Version, "release": "1", "arch": "x86_64", "source": ""})
		}
	}
	for _, f := range c.Facts {
		switch f.Kind {
		case "process":
			tables["processes"] = append(tables["processes"], row{"pid": "100", "name": f.Process, "path": f.Path, "on_disk": "1", "parent": "1"})
		case "kernel-module":
			tables["kernel_modules"] = append(tables["kernel_modules"], row{"name": f.Name, "size": "16384", "used_by": "-", "status": "Live", "address": "0x0"})
		case "service":
			tables["systemd_units"] = append(tables["systemd_units"], row{"id": f.Service, "description": f.Name, "load_state": "loaded", "active_state": "active", "sub_state": "running",
				"unit_file_state": "enabled", "fragment_path": "/lib/systemd/system/" + f.Service})
		}
	}
	return text(tables)
}

// wingetOf is what `winget export` writes.
func wingetOf(c *GuardCase) string {
	type named struct{ PackageIdentifier, Version string }
	var list []named
	for _, a := range c.Apps {
		list = append(list, named{a.ID, a.Version})
	}
	return text(map[string]any{"$schema": "https://aka.ms/winget-packages.schema.2.0.json", "WinGetVersion": "1.7.11132",
		"Sources": []any{map[string]any{"Packages": list, "SourceDetails": map[string]string{"Name": "winget", "Identifier": "Microsoft.Winget.Source_8wekyb3d8bbwe", "Type": "Microsoft.PreIndexed.Package"}}}})
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// linuxOf is the root folder of a Linux computer with the packages and units that a case names. What runs is in no copy: such a
// case is an answer of osquery.
func linuxOf(c *GuardCase) map[string]string {
	switch {
	case c.only([]string{"service", "credential-provider", "input-method"}, inventory.DebPackage, inventory.AlpinePackage):
		return linuxTree(c)
	case c.only([]string{"service", "process", "kernel-module"}, inventory.DebPackage, inventory.RPMPackage):
		return map[string]string{"osquery.json": osqueryOf(c)}
	}
	return nil
}

func linuxTree(c *GuardCase) map[string]string {
	files := map[string]string{"etc/os-release": "NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID=13\n", "etc/passwd": "root:x:0:0::/root:/bin/sh\n", "etc/hostname": "desk\n",
		"etc/machine-id": strings.Repeat("ab", 16) + "\n"}
	owned := map[string]string{} // the package of a file
	for _, f := range c.Facts {
		if f.App != "" {
			owned[f.App] += f.Path + "\n"
		}
		switch f.Kind {
		case "service":
			program := f.Path
			if program == "" {
				program = "/usr/sbin/" + strings.TrimSuffix(f.Service, ".service")
			}
			unit := "[Unit]\nDescription=" + f.Name + "\n[Service]\nExecStart=" + program + "\n[Install]\nWantedBy=multi-user.target\n"
			files["etc/systemd/system/multi-user.target.wants/"+f.Service] = unit
		case "credential-provider":
			file := f.Path
			if file == "" {
				file = "/lib/x86_64-linux-gnu/security/" + f.Name + ".so"
				owned[f.App] += file + "\n"
			}
			files[strings.TrimPrefix(file, "/")] = ""
		case "input-method":
			files["usr/share/fcitx/inputmethod/"+f.Identifier+".conf"] = "[InputMethod]\nUniqueName=" + f.Identifier + "\nName=" + f.Name + "\n"
		}
	}
	for _, a := range c.Apps {
		version := a.Version
		if version == "" {
			version = "1.0"
		}
		if a.Kind == inventory.AlpinePackage {
			files["lib/apk/db/installed"] += "P:" + a.ID + "\nV:" + version + "\nA:x86_64\n\n"
			continue
		}
		files["var/lib/dpkg/status"] += "Package: " + a.ID + "\nStatus: install ok installed\nArchitecture: amd64\nVersion: " + version + "\nMaintainer: nobody\n\n"
		files[path.Join("var/lib/dpkg/info", a.ID+".list")] = owned[a.ID]
	}
	return files
}
