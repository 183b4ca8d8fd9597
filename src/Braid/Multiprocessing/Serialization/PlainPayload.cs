namespace Braid.Multiprocessing;

/// <summary>Which values are read without running any code of users: those copied as they lie in memory, text, and arrays of numbers.</summary>
internal static class PlainPayload<T>
{
    public static readonly bool Is = RuntimeHelpers.IsReferenceOrContainsReferences<T>()
        ? typeof(T) == typeof(string) || (typeof(T).IsArray && typeof(T).GetElementType()!.IsPrimitive)
        : PayloadCodec<T>.Instance is RawCodec<T>;
}
