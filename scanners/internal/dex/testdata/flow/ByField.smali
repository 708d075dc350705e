.class public Lflow/ByField;
.super Ljava/lang/Object;

# want: nothing
.method public static go()V
    .registers 4
    const-string v0, "a"
    sget-object v0, Lflow/Other;->field:Ljava/lang/String;
    invoke-static {v0}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
