using System.Buffers.Binary;
using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Braid.Python;

/// <summary>Writes values that consist of other values, and calls of classes of Python.</summary>
internal sealed partial class PickleWriter
{
    private static readonly PythonGlobal s_array = new("array", "array");
    private static readonly PythonGlobal s_reconstructArray = new("array", "_array_reconstructor");
    private static readonly PythonGlobal s_ndarray = new("numpy", "ndarray");

    private void SaveCompound(object value)
    {
        switch (value)
        {
            case PythonGlobal global:
                SaveGlobal(global);
                break;
            case PythonCall call:
                SaveCall(call, call);
                break;
            case PythonByteArray bytes:
                SaveByteArray(bytes);
                break;
            case NDArray array:
                SaveNDArray(array);
                break;
            case NumpyType type:
                SaveNumpyType(type, type);
                break;
            case decimal number:
                SaveCall(new PythonCall("decimal", "Decimal", PythonDecimal.Format(number)), value);
                break;
            case Complex number:
                SaveCall(new PythonCall("builtins", "complex", number.Real, number.Imaginary), value);
                break;
            case Guid guid:
                SaveGuid(guid, value);
                break;
            case DateTime time:
                SaveDateTime(time, value);
                break;
            case DateTimeOffset time:
                SaveDateTime("datetime", Bytes(time.DateTime), new PythonTimeZone(time.Offset), value);
                break;
            case DateOnly date:
                SaveDateTime("date", Bytes(date), null, value);
                break;
            case TimeOnly time:
                SaveDateTime("time", Bytes(time), null, value);
                break;
            case TimeSpan span:
                SaveTimeSpan(span, value);
                break;
            case PythonTimeZone zone:
                SaveCall(new PythonCall("datetime", "timezone", zone.Name is null ? [zone.Offset] : [zone.Offset, zone.Name]), zone);
                break;
            case PythonRange range:
                SaveCall(new PythonCall("builtins", "range", range.Start, range.Stop, range.Step), range);
                break;
            case PythonSlice slice:
                SaveCall(new PythonCall("builtins", "slice", slice.Start, slice.Stop, slice.Step), slice);
                break;
            case Exception exception:
                SaveException(exception);
                break;
            case ITuple tuple:
                SaveTuple(tuple.Length, i => tuple[i], value);
                break;
            case Array array:
                SaveArray(array);
                break;
            default:
                SaveCollection(value);
                break;
        }
    }

    private void SaveTuple(int length, Func<int, object?> item, object key)
    {
        if (length == 0)
        {
            _output.Write(Opcode.EmptyTuple);
            return;
        }

        bool isShort = length <= 3;
        if (!isShort)
        {
            _output.Write(Opcode.Mark);
        }

        for (int i = 0; i < length; i++)
        {
            Save(item(i));
        }

        if (_memo.TryGetValue(key, out int index))       // something inside contains the tuple, which is complete by now
        {
            for (int i = 0; i < (isShort ? length : 1); i++)
            {
                _output.Write(isShort ? Opcode.Pop : Opcode.PopMark);
            }

            Get(index);
            return;
        }

        _output.Write(length switch { 1 => Opcode.Tuple1, 2 => Opcode.Tuple2, 3 => Opcode.Tuple3, _ => Opcode.Tuple });
        Memoize(key);
    }

    private void SaveArray(Array array)
    {
        Type type = array.GetType();
        Type element = type.GetElementType()!;
        if (!type.IsSZArray)
        {
            throw Refuse(type, $"An array of several dimensions is numpy's: write a {nameof(NDArray)}.");
        }

        if (type == typeof(object[]))
        {
            object?[] items = (object?[])array;
            SaveTuple(items.Length, i => items[i], items);
        }
        else if (ArrayReaders.FormatOf(element) is { } format)
        {
            ReadOnlySpan<byte> bytes = ElementType.Of(element)!.BytesOf(array);
            SaveGlobal(s_reconstructArray);
            _output.Write(Opcode.Mark);
            SaveGlobal(s_array);
            Save(ArrayReaders.CodeOf(element));
            SaveInt(format);
            SavePayload(Opcode.BinBytes, array, bytes.Length, null);
            _output.Write(Opcode.Tuple);
            Memoize(null);
            _output.Write(Opcode.Reduce);
            Memoize(array);
        }
        else
        {
            SaveList(array, array.Length);
        }
    }

    private void SaveList(IEnumerable items, int count)
    {
        const int Batch = 1000;
        _output.Write(Opcode.EmptyList);
        Memoize(items);
        if (count == 1)
        {
            Save(items.Cast<object?>().First());
            _output.Write(Opcode.Append);
            return;
        }

        int inBatch = 0;
        foreach (object? item in items)
        {
            if (inBatch == 0)
            {
                _output.Write(Opcode.Mark);
            }

            Save(item);
            if (++inBatch == Batch)
            {
                _output.Write(Opcode.Appends);
                inBatch = 0;
            }
        }

        if (inBatch > 0)
        {
            _output.Write(Opcode.Appends);
        }
    }

    private void SaveCollection(object value)
    {
        switch (CollectionShape.Of(value.GetType()))
        {
            case CollectionShape.Kind.List:
                SaveList((IEnumerable)value, ((ICollection)value).Count);
                break;
            case CollectionShape.Kind.Dictionary:
                SaveDictionary((IDictionary)value);
                break;
            case CollectionShape.Kind.Set:
                SaveSet((IEnumerable)value);
                break;
            case CollectionShape.Kind.FrozenSet:
                SaveFrozenSet((IEnumerable)value);
                break;
            default:
                throw Refuse(value.GetType(), AdviceFor(value));
        }
    }

    private static string AdviceFor(object value) => value switch
    {
        Enum => "Write its number or its name.",
        Delegate or Type => "Code does not cross: name a function of Python with a PythonGlobal.",
        IEnumerable => "Write a list of its items.",
        _ => $"Register a writer: options.AddWriter<{value.GetType().Name}>(...).",
    };

    private void SaveDictionary(IDictionary dictionary)
    {
        _output.Write(Opcode.EmptyDict);
        Memoize(dictionary);
        var keys = new KeyCheck(dictionary);
        if (dictionary.Count == 1)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                SaveItem(entry, keys);
                _output.Write(Opcode.SetItem);
            }

            return;
        }

        SaveBatches(dictionary.GetEnumerator(), entry => SaveItem((DictionaryEntry)entry!, keys), dictionary.Count, Opcode.SetItems);
    }

    private void SaveItem(DictionaryEntry entry, KeyCheck keys)
    {
        keys.Add(entry.Key);
        Save(entry.Key);
        Save(entry.Value);
    }

    private void SaveSet(IEnumerable set)
    {
        _output.Write(Opcode.EmptySet);
        Memoize(set);
        var keys = new KeyCheck(set);
        SaveBatches(set.GetEnumerator(), item => SaveElement(item, keys), set.Cast<object?>().Count(), Opcode.AddItems);
    }

    private void SaveElement(object? item, KeyCheck keys)
    {
        keys.Add(item);
        Save(item);
    }

    /// <summary>In batches of a thousand, as CPython does: where the last one is full, an empty one follows.</summary>
    private void SaveBatches(IEnumerator items, Action<object?> save, int count, Opcode end)
    {
        const int Batch = 1000;
        if (count == 0)
        {
            return;
        }

        _output.Write(Opcode.Mark);
        int inBatch = 0;
        while (items.MoveNext())
        {
            save(items.Current);
            if (++inBatch == Batch)
            {
                _output.Write(end);
                _output.Write(Opcode.Mark);
                inBatch = 0;
            }
        }

        _output.Write(end);
    }

    private void SaveFrozenSet(IEnumerable set)
    {
        var keys = new KeyCheck(set);
        _output.Write(Opcode.Mark);
        foreach (object? item in set)
        {
            SaveElement(item, keys);
        }

        if (_memo.TryGetValue(set, out int index))
        {
            _output.Write(Opcode.PopMark);
            Get(index);
            return;
        }

        _output.Write(Opcode.FrozenSet);
        Memoize(set);
    }

    private void SaveByteArray(PythonByteArray bytes)
    {
        if (_options.Protocol >= 5)
        {
            SavePayload(Opcode.ByteArray8, bytes.Bytes, bytes.Bytes.Length, bytes);
            return;
        }

        SaveCall(new PythonCall("builtins", "bytearray", bytes.Bytes.Length == 0 ? [] : [bytes.Bytes]), bytes);
    }

    private void SaveException(Exception exception)
    {
        PythonException python = Exceptions.Of(exception);
        SaveCall(
            new PythonCall(python.Type.Module, python.Type.Name, python.Arguments)
            {
                State = python.Attributes.Count == 0 ? null : python.Attributes,
            },
            exception);
    }

    private void SaveGuid(Guid guid, object key)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        var state = new Dictionary<string, object?> { ["int"] = new BigInteger(bytes, isUnsigned: true, isBigEndian: true) };
        SaveCall(new PythonCall("uuid", "UUID") { State = state, IsNew = true }, key);
    }

    private void SaveDateTime(DateTime time, object key)
    {
        if (time.Kind == DateTimeKind.Local)
        {
            throw Refuse(typeof(DateTime), "Of the kind Local, it has a time zone that nothing tells Python: write a DateTimeOffset, or " +
                "DateTime.SpecifyKind(time, DateTimeKind.Unspecified) for a time without a zone.");
        }

        SaveDateTime("datetime", Bytes(time), time.Kind == DateTimeKind.Utc ? new PythonTimeZone(TimeSpan.Zero) : null, key);
    }

    private void SaveDateTime(string name, byte[] bytes, PythonTimeZone? zone, object key) =>
        SaveCall(new PythonCall("datetime", name, zone is null ? [bytes] : [bytes, zone]), key);

    private void SaveTimeSpan(TimeSpan span, object key)
    {
        (long days, long rest) = Math.DivRem(span.Ticks, TimeSpan.TicksPerDay);
        if (rest < 0)
        {
            (days, rest) = (days - 1, rest + TimeSpan.TicksPerDay);
        }

        (long seconds, long ticks) = Math.DivRem(rest, TimeSpan.TicksPerSecond);
        SaveCall(new PythonCall("datetime", "timedelta", days, seconds, Microseconds(ticks)), key);
    }

    private static int Microseconds(long ticks) => ticks % TimeSpan.TicksPerMicrosecond == 0
        ? (int)(ticks / TimeSpan.TicksPerMicrosecond)
        : throw new PickleException("A time has a fraction of a microsecond, which Python's times cannot hold: round it first.");

    private static byte[] Bytes(DateTime time)
    {
        byte[] bytes = new byte[10];
        Bytes(DateOnly.FromDateTime(time)).CopyTo(bytes, 0);
        Bytes(TimeOnly.FromDateTime(time)).CopyTo(bytes, 4);
        return bytes;
    }

    private static byte[] Bytes(DateOnly date)
    {
        byte[] bytes = [0, 0, (byte)date.Month, (byte)date.Day];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)date.Year);
        return bytes;
    }

    private static byte[] Bytes(TimeOnly time)
    {
        int microseconds = Microseconds(time.Ticks % TimeSpan.TicksPerSecond);
        return
        [
            (byte)time.Hour, (byte)time.Minute, (byte)time.Second,
            (byte)(microseconds >> 16), (byte)(microseconds >> 8), (byte)microseconds,
        ];
    }

    /// <summary>Under the names of numpy 1, which numpy 2 still reads.</summary>
    private void SaveNDArray(NDArray array)
    {
        NumpyType type = NumpyType.Of(array.ElementType)!;
        SaveCall(new PythonCall("numpy.core.multiarray", "_reconstruct", s_ndarray, new object?[] { 0 }, "b"u8.ToArray()), array);
        _output.Write(Opcode.Mark);
        SaveInt(1);
        SaveTuple(array.Dimensions.Length, i => array.Dimensions[i], array.Dimensions);
        SaveNumpyType(type, null);
        _output.Write(array.IsFortran ? Opcode.NewTrue : Opcode.NewFalse);
        Array elements = array.Elements;
        SavePayload(Opcode.BinBytes, elements, ElementType.Of(array.ElementType)!.BytesOf(elements).Length, null);
        _output.Write(Opcode.Tuple);
        Memoize(null);
        _output.Write(Opcode.Build);
    }

    private void SaveNumpyType(NumpyType type, object? key)
    {
        if (type.ElementType is null)
        {
            throw Refuse(typeof(NumpyType), $"'{type}' is no number that NDArray has.");
        }

        string order = type.Size == 1 ? "|" : type.IsBigEndian ? ">" : "<";
        object?[] state = [3, order, null, null, null, -1, -1, 0];
        SaveCall(new PythonCall("numpy", "dtype", type.ToString(), false, true) { State = state }, key);
    }
}
