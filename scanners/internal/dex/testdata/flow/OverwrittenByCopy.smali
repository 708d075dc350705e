.class public Lflow/OverwrittenByCopy;
.super Ljava/lang/Object;

# want: nothing
.method public static go(Ljava/lang/String;)V
    .registers 4
    const-string v0, "a"
    move-object v0, p0
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
