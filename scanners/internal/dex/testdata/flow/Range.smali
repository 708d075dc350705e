.class public Lflow/Range;
.super Ljava/lang/Object;

# want: ("a")
.method public static go()V
    .registers 24
    const-string v20, "a"
    invoke-static/range {v20 .. v20}, Ljava/lang/System;->loadLibrary(Ljava/lang/String;)V
    return-void
.end method
