using System.Globalization;

namespace Braid.Python;

/// <summary>A <c>numpy.ndarray</c> of plain numbers, whatever they are; <see cref="NDArray{T}"/> has its elements.</summary>
public abstract class NDArray
{
    private protected NDArray(int[] shape, bool isFortran)
    {
        Dimensions = shape;
        IsFortran = isFortran;
    }

    /// <summary>The length of each dimension; empty for a single number.</summary>
    public IReadOnlyList<int> Shape => Dimensions;

    /// <summary>Whether the first index varies fastest in memory (Fortran's order), and not the last (C's).</summary>
    public bool IsFortran { get; }

    /// <summary>The number of elements.</summary>
    public abstract int Length { get; }

    /// <summary>The type of the elements.</summary>
    public abstract Type ElementType { get; }

    internal int[] Dimensions { get; }

    internal abstract Array Elements { get; }

    /// <summary>The product of the lengths; null if it is more than an array has.</summary>
    internal static int? LengthOf(ReadOnlySpan<int> shape)
    {
        long length = 1;
        foreach (int dimension in shape)
        {
            length = dimension == 0 ? 0 : length * dimension;
            if (length > Array.MaxLength)
            {
                return null;
            }
        }

        return (int)length;
    }
}

/// <summary>A <c>numpy.ndarray</c> of plain numbers: a span, and the shape that numpy gives it.</summary>
/// <typeparam name="T">
/// bool, an integer of 8 to 64 bits, <see cref="Half"/>, float, double or <see cref="System.Numerics.Complex"/>.
/// </typeparam>
public sealed class NDArray<T> : NDArray
    where T : unmanaged
{
    private readonly T[] _elements;

    /// <summary>Gives numbers a shape.</summary>
    /// <param name="elements">The numbers, in the order that <paramref name="isFortran"/> says. They are not copied.</param>
    /// <param name="shape">The length of each dimension; without any, one dimension of all elements.</param>
    /// <param name="isFortran">Whether the first index varies fastest, and not the last.</param>
    /// <exception cref="ArgumentException">The shape has another number of elements, or numpy has no such type.</exception>
    public NDArray(T[] elements, ReadOnlySpan<int> shape, bool isFortran = false)
        : base(shape.ToArray(), isFortran)
    {
        ArgumentNullException.ThrowIfNull(elements);
        if (NumpyType.Of(typeof(T)) is null)
        {
            throw new ArgumentException($"numpy has no type for {typeof(T)}.", nameof(elements));
        }

        if (shape.ContainsAnyExceptInRange(0, int.MaxValue) || LengthOf(shape) != elements.Length)
        {
            string text = string.Join(", ", Dimensions.Select(static length => length.ToString(CultureInfo.InvariantCulture)));
            throw new ArgumentException($"{elements.Length:n0} elements have no shape ({text}).", nameof(shape));
        }

        _elements = elements;
    }

    /// <summary>Makes an array of one dimension.</summary>
    /// <param name="elements">The numbers. They are not copied.</param>
    public NDArray(T[] elements)
        : this(elements, [(elements ?? throw new ArgumentNullException(nameof(elements))).Length])
    {
    }

    /// <summary>All elements as they are in memory, not a copy.</summary>
    public Span<T> Span => _elements;

    /// <summary>All elements as they are in memory, not a copy.</summary>
    public Memory<T> Memory => _elements;

    /// <inheritdoc/>
    public override int Length => _elements.Length;

    /// <inheritdoc/>
    public override Type ElementType => typeof(T);

    internal override Array Elements => _elements;

    /// <summary>One element.</summary>
    /// <param name="index">An index for each dimension, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside its dimension, or there are more or fewer indexes than
    /// dimensions.</exception>
    public ref T this[params ReadOnlySpan<int> index]
    {
        get
        {
            if (index.Length != Dimensions.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(index), $"{index.Length} indexes for {Dimensions.Length} dimensions.");
            }

            int offset = 0;
            for (int i = 0; i < index.Length; i++)
            {
                int dimension = IsFortran ? index.Length - 1 - i : i;                    // from the slowest to the fastest
                if ((uint)index[dimension] >= (uint)Dimensions[dimension])
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(index), $"Index {index[dimension]} in dimension {dimension}, which has {Dimensions[dimension]}.");
                }

                offset = (offset * Dimensions[dimension]) + index[dimension];
            }

            return ref _elements[offset];
        }
    }
}
