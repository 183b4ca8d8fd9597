using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Braid.Multiprocessing;

/// <summary>What arrived of an exception, from which it is made anew.</summary>
internal readonly record struct ExceptionImage(string TypeName, string Message, string? RawMessage, string? StackTrace, int HResult, string? Source, string? HelpLink, Exception? Inner)
{
    public KeyValuePair<object, object?>[] Data { get; init; } = [];

    /// <summary>Makes it of its own type. No constructor of that type runs: it might hang, or do anything.</summary>
    public Exception Rebuild(Type type, ref PayloadReader fields)
    {
        var exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
        ExceptionParts.Construct(exception, RawMessage, Inner);
        ExceptionParts.FieldsOf(type).Read(ref fields, exception);
        if (exception is AggregateException { InnerExceptions: [var first, ..] } && Inner is null)
        {
            ExceptionParts.Inner(exception) = first;
        }

        return Finish(exception);
    }

    /// <summary>Makes what stands for it.</summary>
    public RemoteException StandIn(string reason) => (RemoteException)Finish(new RemoteException(TypeName, Message, StackTrace, Inner, reason));

    private Exception Finish(Exception exception)
    {
        exception.HResult = HResult;
        if (Source is not null)
        {
            exception.Source = Source;
        }

        if (HelpLink is not null)
        {
            exception.HelpLink = HelpLink;
        }

        foreach ((object key, object? value) in Data)
        {
            exception.Data[key] = value;
        }

        if (StackTrace is not null)
        {
            ExceptionDispatchInfo.SetRemoteStackTrace(exception, StackTrace);
        }

        return exception;
    }
}

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

/// <summary>What the beginning of a written exception says of it. No code of its type runs for that.</summary>
internal static class ExceptionSummary
{
    /// <returns>The type and the message.</returns>
    public static unsafe string Of(byte* data, long bytes)
    {
        try
        {
            var reader = new PayloadReader(data, bytes, allowTypes: false);
            reader.ReadStamp();
            reader.ReadByte();     // that it is an exception
            reader.ReadByte();     // whether more is told of it
            return $"{reader.ReadString()}: {reader.ReadString()}";
        }
        catch (PayloadException exception)
        {
            return $"an exception whose description is damaged: {exception.Message}";
        }
    }
}
