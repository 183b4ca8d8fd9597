using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Identifies the type that a message was sent as: 64 bits that every process of the same build computes alike.</summary>
/// <remarks>
/// <para>
/// The stamp is a hash of the type's full name, including its assembly's and those of its type arguments, and of the builds that its fields
/// come from (<see cref="BuildStamp"/>). It differs between types with the same layout, between an enum and its underlying type, and
/// between a class and its base.
/// </para>
/// <para>
/// Only the stamp travels with each message. Each process publishes its text once in the <see cref="TypeDirectory"/> of the program, where
/// a reader looks it up when it has to refuse.
/// </para>
/// </remarks>
internal static class TypeStamp
{
    /// <summary>Marks a message of plain bytes; no type has it.</summary>
    public const ulong Bytes = 1;

    private const ulong Computed = 1UL << 63;   // set in the stamp of every type
    private const ulong HashOffset = 14695981039346656037;
    private const ulong HashPrime = 1099511628211;

    public static ulong Of<T>() => PerType<T>.Stamp;

    /// <exception cref="PayloadException">The value was written as another type, or by another build.</exception>
    public static void Check<T>(ulong written)
    {
        if (written != PerType<T>.Stamp)
        {
            throw Refusal(written, TypeText.Of(typeof(T)));
        }
    }

    /// <exception cref="PayloadException">The message is a value.</exception>
    public static void CheckBytes(ulong written)
    {
        if (written != Bytes)
        {
            throw NameOf(written) is { } sent
                ? PayloadException.OtherType(sent, "bytes", $"RecvBytes receives what SendBytes has sent; receive it with Recv<{sent}>.")
                : Unknown(written, "bytes");
        }
    }

    private static PayloadException Refusal(ulong written, string wanted) =>
        written == Bytes
            ? PayloadException.OtherType(
                "bytes", wanted, $"Receive what SendBytes has sent with RecvBytes, or send the value with Send<{wanted}>.")
        : NameOf(written) is not { } sent ? Unknown(written, wanted)
        : sent == wanted
            ? new PayloadException(
                $"The payload holds a {sent} of another build of the program, or of another assembly that has a type of this name. Start " +
                "the program anew after its files were replaced.")
        : PayloadException.OtherType(
            sent,
            wanted,
            $"A value is read as exactly the type it was sent as, not as a base, an interface or a similar one. Read it as {sent}, or " +
            $"send it declared as {wanted}.");

    private static PayloadException Unknown(ulong written, string wanted) => PayloadException.Damaged(
        $"a value sent as {wanted} was expected, and what came begins with {written:x16}, which stands for no type that this program has " +
        "sent (another build of the program has other stamps)");

    private static string? NameOf(ulong stamp) => (stamp & Computed) == 0 ? null : ProcessTable.Current.Types.Find(stamp);

    private static ulong Compute(Type type)
    {
        ulong hash = HashOffset;
        foreach (char letter in type.AssemblyQualifiedName ?? type.ToString())
        {
            hash = (hash ^ letter) * HashPrime;
        }

        ulong stamp = (hash ^ BuildStamp.Compute(type)) * HashPrime | Computed;
        try
        {
            ProcessTable.Current.Types.Add(stamp, TypeText.Of(type));
        }
        catch (Exception exception) when (exception is IOException or PlatformNotSupportedException)
        {
            // Without shared memory nothing can be sent either; the attempt to send reports the error.
        }

        return stamp;
    }

    private static class PerType<T>
    {
        public static readonly ulong Stamp = Compute(typeof(T));
    }
}

/// <summary>
/// Identifies the builds of the program's assemblies that the fields of a type come from, transitively; 0 if only .NET's own types are
/// involved.
/// </summary>
internal static class BuildStamp
{
    public static uint Compute(Type type)
    {
        var modules = new HashSet<Module>();
        Collect(type, [], modules);
        return modules.Aggregate(0u, (stamp, module) => stamp ^ BitConverter.ToUInt32(module.ModuleVersionId.ToByteArray()));
    }

    public static void Check(Type type, ulong written, uint here)
    {
        if (written != here)
        {
            throw new PayloadException(
                $"The payload holds a {TypeText.Of(type)} of another build of the program (stamp {written:x}, here {here:x}), or " +
                "something else altogether. Start the program anew after its files were replaced.");
        }
    }

    /// <remarks>
    /// Fields are taken from the definition of a generic type: its instances would never end if a type holds itself with other arguments
    /// (<c>class Node&lt;T&gt; { Node&lt;Node&lt;T&gt;&gt;? Next; }</c>).
    /// </remarks>
    private static void Collect(Type type, HashSet<Type> seen, HashSet<Module> modules)
    {
        if (type.IsGenericParameter)
        {
            return;
        }

        if (type.HasElementType)
        {
            Collect(type.GetElementType()!, seen, modules);
            return;
        }

        foreach (Type argument in type.GetGenericArguments())
        {
            Collect(argument, seen, modules);
        }

        Type definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (seen.Add(definition) && !Origin.IsFramework(definition))
        {
            modules.Add(definition.Module);
            foreach (FieldInfo field in FieldList.FieldsOf(definition))
            {
                Collect(field.FieldType, seen, modules);
            }
        }
    }
}
