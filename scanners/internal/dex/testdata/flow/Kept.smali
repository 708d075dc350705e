.class public Lflow/Kept;
.super Ljava/lang/Object;

# want: ("a")
.method public static go()V
    .registers 4
    const-string v0, "a"
    const/4 v1, 0x1
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
