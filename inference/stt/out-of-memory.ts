/**
 * What onnxruntime, CUDA and its libraries say when memory runs out: the arena's "Failed to allocate memory for requested
 * buffer", CUDA's error 2, cuBLAS's and cuDNN's ALLOC_FAILED, C++'s bad_alloc.
 */
const MEMORY = /failed to allocate memory|out of memory|cudaErrorMemoryAllocation|(CUBLAS|CUDNN)_STATUS_(ALLOC_FAILED|INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED)|bad_alloc|available memory of \d+ is smaller than requested/i;

export const isOutOfMemory = (error: unknown): boolean => error instanceof Error && MEMORY.test(error.message);
