using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>The way of the comparers that .NET gives for a type: the type is all there is to them.</summary>
/// <param name="type">The run-time type of the comparer.</param>
/// <param name="parent"><see cref="EqualityComparer{T}"/> or <see cref="Comparer{T}"/>, constructed, whose default one it is.</param>
internal sealed class DefaultComparerCodec(Type type, Type parent) : ObjectCodec
{
    private readonly object _default = parent.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    public static DefaultComparerCodec? For(Type type)
    {
        Type? parent = type;
        while (parent is not null && !(parent.IsConstructedGenericType && (parent.GetGenericTypeDefinition() == typeof(EqualityComparer<>) || parent.GetGenericTypeDefinition() == typeof(Comparer<>))))
        {
            parent = parent.BaseType;
        }

        return parent is null || !Origin.IsFramework(type) ? null : new DefaultComparerCodec(type, parent);
    }

    public override void Write(PayloadWriter writer, object value)
    {
        if (!value.Equals(_default))
        {
            throw PayloadException.CannotTravel(type, "it is a comparer made of a function. Make it a class of the program that implements the interface, which travels.");
        }

        writer.WriteByte(0);
    }

    public override object Read(ref PayloadReader reader, int number) => reader.ReadByte() == 0 ? _default : throw PayloadException.Damaged("a default comparer has nothing to tell");
}
