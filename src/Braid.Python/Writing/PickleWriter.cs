using System.Numerics;
using System.Runtime.CompilerServices;

namespace Braid.Python;

/// <summary>
/// Writes a value as CPython writes its counterpart, opcode for opcode, so that Python reads it exactly as it reads its own.
/// </summary>
internal sealed partial class PickleWriter
{
    private readonly Dictionary<object, int> _memo = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PythonGlobal, int> _globals = [];
    private readonly PickleOutput _output = new();
    private readonly PickleOptions _options;
    private int _memoCount;                              // includes values that are never referred to again: MEMOIZE counts them
    private int _depth;

    private PickleWriter(PickleOptions options) => _options = options;

    public static byte[] Write(object? value, PickleOptions options)
    {
        var writer = new PickleWriter(options);
        writer._output.WriteByte(Opcode.Proto, (byte)options.Protocol);
        writer._output.BeginFrames();
        writer.Save(value);
        writer._output.Write(Opcode.Stop);
        return writer._output.End();
    }

    private void Save(object? value)
    {
        _output.EndOpcode();
        if (value is null)
        {
            _output.Write(Opcode.None);
            return;
        }

        Func<object, object?>? write = _options.FindWriter(value.GetType());
        if (write is null && value is not string && SaveNumber(value))   // numbers are not memoized
        {
            return;
        }

        if (_memo.TryGetValue(value, out int index))
        {
            Get(index);
            return;
        }

        if (write is not null)
        {
            SaveConverted(value, write);
            return;
        }

        if (SaveText(value))
        {
            return;
        }

        Enter();
        SaveCompound(value);
        _depth--;
    }

    private void Enter()
    {
        if (++_depth > _options.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new PickleException(
                $"The value is nested deeper than {_depth - 1:n0} ({nameof(PickleOptions.MaxDepth)}), or an array in it contains itself.");
        }
    }

    private bool SaveNumber(object value)
    {
        switch (value)
        {
            case long number:
                SaveInt(number);
                return true;
            case int number:
                SaveInt(number);
                return true;
            case double number:
                _output.WriteDouble(Opcode.BinFloat, number);
                return true;
            case bool truth:
                _output.Write(truth ? Opcode.NewTrue : Opcode.NewFalse);
                return true;
            case float number:
                _output.WriteDouble(Opcode.BinFloat, number);
                return true;
            case Half number:
                _output.WriteDouble(Opcode.BinFloat, (double)number);
                return true;
            default:
                if (PythonInt.Of(value) is { } integer)
                {
                    SaveInt(integer);
                    return true;
                }

                return false;
        }
    }

    private bool SaveText(object value)
    {
        switch (value)
        {
            case string text:
                SaveText(text, text);
                return true;
            case byte[] bytes when value.GetType() == typeof(byte[]):
                SavePayload(Opcode.BinBytes, bytes, bytes.Length, bytes);
                return true;
            case char character:
                SaveText(character.ToString(), null);
                return true;
            case PythonNone:
                _output.Write(Opcode.None);
                return true;
            default:
                return false;
        }
    }

    private void SaveInt(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            SaveInt((long)value);
            return;
        }

        SaveLong(value.ToByteArray());
    }

    private void SaveInt(long value)
    {
        switch (value)
        {
            case >= 0 and <= byte.MaxValue:
                _output.WriteByte(Opcode.BinInt1, (byte)value);
                break;
            case >= 0 and <= ushort.MaxValue:
                _output.WriteUInt16(Opcode.BinInt2, (ushort)value);
                break;
            case >= int.MinValue and <= int.MaxValue:
                _output.WriteInt32(Opcode.BinInt, (int)value);
                break;
            default:
                SaveLong(new BigInteger(value).ToByteArray());
                break;
        }
    }

    /// <param name="bytes">Two's complement, least significant byte first, without superfluous bytes.</param>
    private void SaveLong(byte[] bytes)
    {
        if (bytes.Length <= byte.MaxValue)
        {
            _output.WriteByte(Opcode.Long1, (byte)bytes.Length);
        }
        else
        {
            _output.WriteInt32(Opcode.Long4, bytes.Length);
        }

        _output.WriteBytes(bytes);
    }

    private void SaveText(string text, object? key)
    {
        int length = PythonText.ByteCount(text);
        if (length < PickleOutput.LargePayload)
        {
            _output.WriteLength(Opcode.BinUnicode, length);
            PythonText.Write(text, _output.Reserve(length));
            Memoize(key);
            return;
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(length);
        PythonText.Write(text, bytes);
        SavePayload(Opcode.BinUnicode, bytes, length, key);
    }

    private void SavePayload(Opcode opcode, Array payload, int byteLength, object? key)
    {
        _output.WritePayload(opcode, payload, byteLength);
        Memoize(key);
    }

    /// <summary>
    /// Assigns the next memo number to the value just written, so that <paramref name="key"/> refers to it when it occurs again.
    /// </summary>
    private void Memoize(object? key)
    {
        _output.Write(Opcode.Memoize);
        if (key is not null)
        {
            _memo[key] = _memoCount;
        }

        _memoCount++;
    }

    private void Get(int index)
    {
        if (index <= byte.MaxValue)
        {
            _output.WriteByte(Opcode.BinGet, (byte)index);
        }
        else
        {
            _output.WriteInt32(Opcode.LongBinGet, index);
        }
    }

    private void SaveConverted(object value, Func<object, object?> write)
    {
        Enter();
        object? converted = write(value);
        if (converted is PythonCall call)
        {
            SaveCall(call, value);
        }
        else if (ReferenceEquals(converted, value))
        {
            throw new PickleException($"The writer of {value.GetType()} returned the value itself.");
        }
        else
        {
            Save(converted);
            if (converted is not null && !value.GetType().IsValueType && _memo.TryGetValue(converted, out int index))
            {
                _memo[value] = index;
            }
        }

        _depth--;
    }

    private void SaveCall(PythonCall call, object? key)
    {
        SaveGlobal(call.Callable);
        Save(call.Arguments);
        _output.Write(call.IsNew ? Opcode.NewObj : Opcode.Reduce);
        Memoize(key);
        if (call.State is not null)
        {
            Save(call.State);
            _output.Write(Opcode.Build);
        }
    }

    private void SaveGlobal(PythonGlobal global)
    {
        if (_globals.TryGetValue(global, out int index))
        {
            Get(index);
            return;
        }

        Save(global.Module);
        _output.EndOpcode();
        SaveText(global.Name, null);     // in CPython, no other value shares the name of a class
        _output.Write(Opcode.StackGlobal);
        _globals[global] = _memoCount;
        Memoize(global);
    }

    private static PickleException Refuse(Type type, string advice) =>
        new($"A {type} is not among the plain data that Python and .NET share. {advice}");
}
