package image

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/source"
)

// imageNames reports whether all names are those of an archive of images. Beside its manifest, layers and descriptions may
// have any names.
func imageNames(names []string) bool {
	manifest := slices.Contains(names, "manifest.json")
	for _, name := range names {
		if ext := path.Ext(name); manifest && (ext == ".json" || ext == ".tar") {
			continue
		}
		if !imageName(name) {
			return false
		}
	}
	return len(names) > 0
}

// imageName knows the names that docker, podman, the OCI layout and common build tools give.
func imageName(name string) bool {
	switch name {
	case "manifest.json", "repositories", "index.json", "oci-layout", "blobs", "blobs/sha256", "blobs/sha512":
		return true
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "blobs/sha256/"), "sha256:")
	digest, rest := name[:min(len(name), 64)], name[min(len(name), 64):]
	if strings.HasPrefix(name, "blobs/sha512/") {
		return true
	}
	if len(digest) < 64 || strings.Trim(digest, "0123456789abcdef") != "" {
		return false
	}
	switch rest {
	case "", ".json", ".tar", ".tar.gz", ".tar.zst", "/VERSION", "/json", "/layer.tar":
		return true
	}
	return false
}

// rootFolders are the folders of the root folder of a computer, as Linux, macOS and Windows have them.
var rootFolders = map[string]bool{
	"bin": true, "boot": true, "dev": true, "etc": true, "home": true, "lib": true, "lib32": true, "lib64": true, "libx32": true, "lost+found": true, "media": true,
	"mnt": true, "opt": true, "proc": true, "root": true, "run": true, "sbin": true, "srv": true, "sys": true, "tmp": true, "usr": true, "var": true, ".dockerenv": true,
	"nix": true, "snap": true, "bin.usr-is-merged": true, "lib.usr-is-merged": true, "sbin.usr-is-merged": true,
	"Applications": true, "Library": true, "System": true, "Users": true, "private": true, "Windows": true, "WINDOWS": true, "Program Files": true,
	"Program Files (x86)": true, "ProgramData": true,
}

// rootNames reports whether all names lie in folders of a computer's root folder, or one describes its system.
func rootNames(names []string) bool {
	if slices.Contains(names, "etc/os-release") || slices.Contains(names, "usr/lib/os-release") {
		return true
	}
	for _, name := range names {
		top, _, _ := strings.Cut(name, "/")
		if !rootFolders[top] {
			return false
		}
	}
	return len(names) > 0
}

// disks are the forms of images of whole disks, which are not read.
var disks = []struct {
	name string
	at   int
	mark string
}{
	{"QEMU qcow", 0, "QFI\xfb"},
	{"VMware", 0, "KDMV"},
	{"VMware", 0, "# Disk DescriptorFile"},
	{"Hyper-V", 0, "vhdxfile"},
	{"Hyper-V", 0, "conectix"},
	{"VirtualBox", 0x40, "\x7f\x10\xda\xbe"},
	{"EnCase", 0, "EVF\x09\x0d\x0a\xff\x00"},
	{"GPT partitions", 512, "EFI PART"},
	{"file system NTFS", 3, "NTFS    "},
	{"file system XFS", 0, "XFSB"},
	{"file system ext", 0x438, "\x53\xef"},
}

// Kin implements scanners.Relative.
func (*Scanner) Kin(src *source.Source) string {
	head := src.Head()
	for _, d := range disks {
		if len(head) > d.at && bytes.HasPrefix(head[d.at:], []byte(d.mark)) {
			return "image of a disk (" + d.name + "), which has to be mounted read-only and scanned as host:FOLDER"
		}
	}
	if isMBR(head) {
		return "image of a disk (MBR partitions), which has to be mounted read-only and scanned as host:FOLDER"
	}
	return ""
}

// isMBR asks for a table of partitions that is possible: at least one, and each is either active or not.
func isMBR(head []byte) bool {
	if len(head) < 4096 || head[510] != 0x55 || head[511] != 0xaa {
		return false
	}
	used := 0
	for p := 446; p < 510; p += 16 {
		if head[p] != 0 && head[p] != 0x80 {
			return false
		}
		if head[p+4] != 0 {
			used++
		} else if !bytes.Equal(head[p:p+16], make([]byte, 16)) {
			return false
		}
	}
	return used > 0
}
