.class public Lflow/CaughtOfType;
.super Ljava/lang/Object;

# want: nothing
.method public static go()V
    .registers 4
    const-string v0, "a"
    :start
    invoke-static {}, Lflow/Other;->name()Ljava/lang/String;
    const-string v0, "b"
    invoke-static {}, Lflow/Other;->name()Ljava/lang/String;
    :stop
    .catch Ljava/lang/Error; {:start .. :stop} :handler
    :handler
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
