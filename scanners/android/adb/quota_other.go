//go:build !windows

package adb

import "syscall"

const overQuota = syscall.EDQUOT
