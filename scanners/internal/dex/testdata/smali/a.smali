.class public La/b;
.super Ljava/lang/Object;
.source "SourceFile"
