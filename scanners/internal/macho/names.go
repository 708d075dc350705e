package macho

import "fmt"

// cpu is the processor in the words of Apple's tools.
func cpu(kind, sub uint32) string {
	sub &= 0xffffff
	switch kind {
	case 7:
		return "i386"
	case 0x01000007:
		if sub == 8 {
			return "x86_64h"
		}
		return "x86_64"
	case 12:
		switch sub {
		case 6:
			return "armv6"
		case 9:
			return "armv7"
		case 11:
			return "armv7s"
		case 12:
			return "armv7k"
		}
		return "arm"
	case 0x0100000c:
		if sub == 2 {
			return "arm64e"
		}
		return "arm64"
	case 0x0200000c:
		return "arm64_32"
	case 18:
		return "ppc"
	case 0x01000012:
		return "ppc64"
	}
	return fmt.Sprintf("cpu %d", kind)
}

// kind is what a file is for.
func kind(n uint32) string {
	switch n {
	case 1:
		return "object"
	case 2:
		return "executable"
	case 6:
		return "library"
	case 7:
		return "linker"
	case 8:
		return "bundle"
	case 9:
		return "dylib_stub"
	case 10:
		return "symbols"
	case 11:
		return "kernel-extension"
	}
	return fmt.Sprintf("kind %d", n)
}

// platform is the system that an image is built for.
func platform(n uint32) string {
	names := [...]string{1: "macos", 2: "ios", 3: "tvos", 4: "watchos", 5: "bridgeos", 6: "mac-catalyst", 7: "ios-simulator", 8: "tvos-simulator",
		9: "watchos-simulator", 10: "driverkit", 11: "visionos", 12: "visionos-simulator"}
	if n > 0 && int64(n) < int64(len(names)) {
		return names[n]
	}
	return fmt.Sprintf("platform %d", n)
}

// oldPlatform is the system by the command that older tools wrote. For Intel processors they wrote the same one for the
// simulator.
func (m *Image) oldPlatform(command uint32) string {
	simulator := ""
	if m.CPU == "i386" || m.CPU == "x86_64" {
		simulator = "-simulator"
	}
	switch command {
	case lcVersionIOS:
		return "ios" + simulator
	case lcVersionTVOS:
		return "tvos" + simulator
	case lcVersionWatchOS:
		return "watchos" + simulator
	}
	return "macos"
}

// dotted is a version as it is written: 16 bits, 8 bits, 8 bits, of which the last is left out where it is zero.
func dotted(n uint32) string {
	if n == 0 {
		return ""
	}
	if n&0xff == 0 {
		return fmt.Sprintf("%d.%d", n>>16, n>>8&0xff)
	}
	return fmt.Sprintf("%d.%d.%d", n>>16, n>>8&0xff, n&0xff)
}
