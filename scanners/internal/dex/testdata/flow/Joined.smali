.class public Lflow/Joined;
.super Ljava/lang/Object;

# want: nothing
.method public static go(Z)V
    .registers 4
    const-string v0, "a"
    if-eqz p0, :other
    invoke-static {}, Lflow/Other;->name()Ljava/lang/String;
    move-result-object v0
    :other
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
