.class public Lflow/BySum;
.super Ljava/lang/Object;

# want: nothing
.method public static go()V
    .registers 6
    const-string v1, "a"
    const-wide/16 v2, 0x1
    add-long v0, v2, v2
    invoke-static {v1}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
