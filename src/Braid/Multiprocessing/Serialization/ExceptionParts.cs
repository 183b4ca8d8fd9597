using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>What an exception is made of beside what every exception has.</summary>
internal static class ExceptionParts
{
    private static readonly ConcurrentDictionary<Type, FieldList> s_fields = new();

    /// <summary>The fields of the classes between <see cref="Exception"/> and the type, that one included; without the token of a cancellation, which belongs to its source, and what an AggregateException makes anew.</summary>
    public static FieldList FieldsOf(Type type) => s_fields.GetOrAdd(type, static type => new FieldList(type, FieldList.FieldsOf(type).Where(field =>
        field.DeclaringType != typeof(Exception)
        && !(field.DeclaringType == typeof(OperationCanceledException) && field.FieldType == typeof(CancellationToken))
        && !(field.DeclaringType == typeof(AggregateException) && field.FieldType != typeof(Exception[])))));

    /// <summary>The message as the constructor got it, which a derived class may show in another way.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    public static extern ref string? RawMessage(Exception exception);

    /// <summary>The inner exception, which a constructor sets otherwise.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    public static extern ref Exception? Inner(Exception exception);

    /// <summary>Runs the constructor of the base class on an object without running any of the derived ones, which are not ours to run.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = ".ctor")]
    public static extern void Construct(Exception exception, string? message, Exception? innerException);
}
