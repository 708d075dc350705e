.class abstract Lorg/example/dex/Main$Inner;
.super Ljava/lang/Object;
.source "Main.java"
.annotation runtime Lorg/example/dex/Server;
    value = "annotated.example.org"
.end annotation
.implements Ljava/lang/Runnable;
.method public abstract run()V
.end method
