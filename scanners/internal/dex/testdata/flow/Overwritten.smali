.class public Lflow/Overwritten;
.super Ljava/lang/Object;

# want: nothing
.method public static go()V
    .registers 4
    const-string v0, "a"
    invoke-static {}, Lflow/Other;->name()Ljava/lang/String;
    move-result-object v0
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
