using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>Resolves names.</summary>
internal ref struct NameReader
{
    private const int TypeTable = 0x02;       // the upper byte of a metadata token: the table of type definitions
    private const int MethodTable = 0x06;     // the table of method definitions

    private readonly Module[] _modules;
    private PayloadReader _reader;

    private NameReader(PayloadReader reader, Module[] modules)
    {
        _reader = reader;
        _modules = modules;
    }

    /// <summary>The type or the shape of a delegate.</summary>
    /// <exception cref="PayloadException">Nothing in this process has that name.</exception>
    public static object Resolve(ReadOnlySpan<byte> name) => Resolve(name, Modules.Find, isTrusted: true);

    /// <summary>
    /// The type, for a name from a process that is not trusted: it is in an assembly that is loaded, and is made of no others.
    /// </summary>
    /// <exception cref="PayloadException">It names something else.</exception>
    public static Type ResolveLoaded(ReadOnlySpan<byte> name) =>
        (Type)Resolve(name, static (version, _) => Modules.FindLoaded(version), isTrusted: false);

    private static unsafe object Resolve(ReadOnlySpan<byte> name, Func<Guid, string, Module?> find, bool isTrusted)
    {
        fixed (byte* start = name)
        {
            var reader = new PayloadReader(start, name.Length);
            byte kind = reader.ReadByte();
            int count = reader.ReadCount(sizeof(Guid));
            var modules = new Module[count];
            for (int i = 0; i < count; i++)
            {
                Guid version = reader.ReadRaw<Guid>();
                string assembly = Encoding.UTF8.GetString(reader.ReadSpan(reader.ReadCount(1)));
                modules[i] = find(version, assembly) ?? throw new PayloadException(
                    $"A type or method of {Modules.SimpleName(assembly)} arrived. This program does not refer to that assembly and has " +
                    "not loaded that build of it, and nothing that arrives makes it load code. Refer to the assembly, or load it before.");
            }

            ulong stamp = reader.ReadVarint();
            if (!isTrusted && (kind != (byte)NameKind.Type || reader.PeekByte() != (byte)NameTag.Definition))
            {
                throw PayloadException.Damaged("it names something else than one type");
            }

            var names = new NameReader(reader, modules);
            try
            {
                return (NameKind)kind switch
                {
                    NameKind.Type => names.ReadStamped(stamp),
                    NameKind.Delegate => names.ReadDelegate(name, stamp),
                    _ => throw PayloadException.Damaged($"no name begins with {kind}"),
                };
            }
            catch (Exception exception) when (exception is ArgumentException or BadImageFormatException or NotSupportedException
                or InvalidOperationException or TypeLoadException)
            {
                throw PayloadException.Damaged($"a name leads nowhere ({exception.Message})");
            }
        }
    }

    private Type ReadStamped(ulong stamp)
    {
        Type type = ReadType();
        BuildStamp.Check(type, stamp, BuildStamp.Compute(type));
        return type;
    }

    private DelegateShape ReadDelegate(ReadOnlySpan<byte> name, ulong stamp)
    {
        Type type = ReadType();
        Type declaring = ReadType();
        MethodInfo method = ReadMethod(declaring);
        byte target = _reader.ReadByte();
        if (!type.IsAssignableTo(typeof(Delegate)) || target > (byte)DelegateTarget.Held)
        {
            throw PayloadException.Damaged($"{TypeText.Of(type)} with target {target} is no delegate");
        }

        var shape = new DelegateShape(type, method, (DelegateTarget)target, name.ToArray());
        BuildStamp.Check(declaring, stamp, shape.Stamp);
        return shape;
    }

    private Type ReadType()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw PayloadException.Damaged("a type is nested without end");
        }

        byte tag = _reader.ReadByte();
        switch ((NameTag)tag)
        {
            case NameTag.Definition:
                return ReadDefinition();
            case NameTag.Constructed:
                return ReadDefinition().MakeGenericType(ReadTypes());
            case NameTag.Vector:
                _reader.ReadByte();
                return ReadType().MakeArrayType();
            case NameTag.Array:
                byte rank = _reader.ReadByte();
                return ReadType().MakeArrayType(rank);
            default:
                throw PayloadException.Damaged($"no type begins with {tag}");
        }
    }

    private Type[] ReadTypes()
    {
        var types = new Type[_reader.ReadCount(1)];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = ReadType();
        }

        return types;
    }

    private Type ReadDefinition()
    {
        ulong index = _reader.ReadVarint();
        return index < (ulong)_modules.Length
            ? _modules[index].ResolveType(ReadToken(TypeTable))
            : throw PayloadException.Damaged($"a type lies in assembly {index} of {_modules.Length}");
    }

    private MethodInfo ReadMethod(Type declaring)
    {
        MethodBase definition = declaring.Module.ResolveMethod(ReadToken(MethodTable))
            ?? throw PayloadException.Damaged("a method is missing");
        MethodBase? method = declaring.IsGenericType
            ? MethodBase.GetMethodFromHandle(definition.MethodHandle, declaring.TypeHandle)
            : definition;
        Type[] arguments = ReadTypes();
        return method is not MethodInfo found || found.DeclaringType != declaring
            ? throw PayloadException.Damaged($"{TypeText.Of(declaring)} has no such method")
            : arguments.Length == 0 ? found : found.MakeGenericMethod(arguments);
    }

    private int ReadToken(int table)
    {
        int token = _reader.ReadRaw<int>();
        return token >> 24 == table ? token : throw PayloadException.Damaged($"{token:x8} is not the token expected");
    }
}

/// <summary>What names resolved to when they were first read, by their bytes.</summary>
internal static class NameCache
{
    private static readonly ConcurrentDictionary<byte[], object> s_found = new(new Bytes());
    private static readonly ConcurrentDictionary<byte[], object>.AlternateLookup<ReadOnlySpan<byte>> s_bySpan =
        s_found.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The type, or the shape of the delegate.</summary>
    public static object Resolve(ReadOnlySpan<byte> name) =>
        s_bySpan.TryGetValue(name, out object? known) ? known : s_found.GetOrAdd(name.ToArray(), NameReader.Resolve(name));

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        /// <summary>Hashes the end only: it holds the tokens, in which the names of one program differ.</summary>
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            const int HashedBytes = 24;
            var hash = default(HashCode);
            hash.AddBytes(alternate[Math.Max(0, alternate.Length - HashedBytes)..]);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
