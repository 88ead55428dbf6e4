"""What distributed training needs of Ray and MLflow, whatever the framework."""
