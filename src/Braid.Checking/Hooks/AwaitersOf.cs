using System.Runtime.CompilerServices;

namespace Braid.Checking.Hooks;

/// <summary>Reads the fields of awaiters of value tasks with this result type.</summary>
internal static class AwaitersOf<T>
{
    public static ValueTaskParts Read(ref ValueTaskAwaiter<T> awaiter) => Parts(ref ValueOf(ref awaiter));

    public static ValueTaskParts ReadConfigured(ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter awaiter) =>
        Parts(ref ValueOf(ref awaiter));

    public static ValueTaskParts Parts(ref ValueTask<T> task) =>
        new(ObjectOf(ref task), TokenOf(ref task), ContinuesOnContext(ref task), typeof(T));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    public static extern ref ValueTask<T> ValueOf(ref ValueTaskAwaiter<T> awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    public static extern ref ValueTask<T> ValueOf(ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_obj")]
    private static extern ref object? ObjectOf(ref ValueTask<T> task);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_token")]
    private static extern ref short TokenOf(ref ValueTask<T> task);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_continueOnCapturedContext")]
    private static extern ref bool ContinuesOnContext(ref ValueTask<T> task);
}
