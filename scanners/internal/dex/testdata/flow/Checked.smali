.class public Lflow/Checked;
.super Ljava/lang/Object;

# want: ("a")
.method public static go()V
    .registers 4
    const-string v0, "a"
    check-cast v0, Ljava/lang/String;
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
