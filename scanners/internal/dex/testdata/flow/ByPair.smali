.class public Lflow/ByPair;
.super Ljava/lang/Object;

# want: nothing
.method public static go()V
    .registers 4
    const-string v1, "a"
    const-wide/16 v0, 0x1
    invoke-static {v1}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
