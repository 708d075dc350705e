.class public Lflow/InTry;
.super Ljava/lang/Object;

# want: ("a")
.method public static go()V
    .registers 4
    :start
    const-string v0, "a"
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    :stop
    .catch Ljava/lang/Error; {:start .. :stop} :handler
    return-void
    :handler
    move-exception v0
    throw v0
.end method
