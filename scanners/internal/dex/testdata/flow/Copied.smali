.class public Lflow/Copied;
.super Ljava/lang/Object;

# want: ("a")
.method public static go()V
    .registers 4
    const-string v0, "a"
    move-object v1, v0
    invoke-static {}, Lflow/Other;->name()Ljava/lang/String;
    move-result-object v0
    invoke-static {v1}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
